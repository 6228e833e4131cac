import CJemalloc

/// Which jemalloc is linked and how it was built.
public enum Jemalloc {
    /// As `5.3.0-0-g…`; `unknown` where jemalloc does not say.
    public static var version: String { text("version") ?? "unknown" }

    private static func text(_ name: String) -> String? {
        var pointer: UnsafePointer<CChar>?
        var size = MemoryLayout<UnsafePointer<CChar>?>.size
        guard mallctl(name, &pointer, &size, nil, 0) == 0, let pointer else { return nil }
        return String(cString: pointer)
    }

    /// Build and run-time settings that change what is measured.
    public static var configuration: String {
        let switches = ["config.prof", "config.stats", "opt.background_thread", "opt.tcache"]
            .map { "\($0)=\(flag($0).map(String.init) ?? "unknown")" }
        let texts = ["opt.dss", "opt.thp"].map { "\($0)=\(text($0) ?? "unknown")" }
        let numbers = ["opt.dirty_decay_ms", "opt.muzzy_decay_ms", "opt.lg_extent_max_active_fit"].map {
            "\($0)=\((try? Control<Int>($0).read()).map(String.init) ?? "unknown")"
        }
        return (switches + texts + numbers).joined(separator: " ")
    }

    private static func flag(_ name: String) -> Bool? {
        var value = false
        var size = MemoryLayout<Bool>.size
        return mallctl(name, &value, &size, nil, 0) == 0 ? value : nil
    }
}
