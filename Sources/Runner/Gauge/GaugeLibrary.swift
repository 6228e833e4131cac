import Glibc

/// The library that programs are gauged by, which lies beside this program.
enum GaugeLibrary {
    /// - Throws: ``RunError`` where it is not there.
    static func path() throws(RunError) -> String {
        let path = "\(TrialProgram.directory ?? ".")/libunroll-gauge.so"
        guard access(path, R_OK) == 0 else { throw .gaugeMissing(library: path) }
        return path
    }

    /// What a program is to load before everything else: others' libraries stay, after this one.
    static func preloaded(_ path: String, before variables: Variables) -> String {
        [path, variables["LD_PRELOAD"] ?? ""].filter { !$0.isEmpty }.joined(separator: ":")
    }
}
