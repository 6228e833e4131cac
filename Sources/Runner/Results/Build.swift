/// The build of the program that runs trials: what its rows say of it.
package struct Build: Hashable, Sendable {
    package let version: String
    /// The commit in hexadecimal, or `unknown`.
    package let commit: String
    /// Whether anything was not as in that commit; nil where there is none.
    package let hasChanges: Bool?

    package init(version: String, commit: String, hasChanges: Bool?) {
        self.version = version
        self.commit = commit
        self.hasChanges = hasChanges
    }
}
