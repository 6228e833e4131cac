/// The source that this program was built from, as git had it when it was built; see Plugins/StampBuild.
///
/// Linked into `unroll` alone. Were it in `unroll-trial`, every commit would make another measuring program, and results before
/// and after it could not be told to be of the same one.
package enum BuildStamp {
    /// The commit in hexadecimal; `unknown` where the source was no checkout, as an archive is none.
    package static var commit: String { stampedCommit() }

    /// Whether tracked or new files, those in results/ aside, were not as in the commit; nil where there is no commit.
    package static var hasChanges: Bool? { stampedChanges() }

    /// How it was built: a debug build's times say nothing.
    package static var configuration: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }

    /// All in words.
    package static var text: String {
        "commit \(commit)" + (hasChanges == true ? " with changes that are in no commit" : "")
            + ", \(configuration) build"
    }
}
