import Machine
import Testing

/// Caches in made-up trees, as systems describe them.
@Suite struct CacheLevelTests {
    private func index(_ number: Int, _ words: [String: String]) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: words.map { ("\(CacheLevel.folder)/index\(number)/\($0.key)", $0.value + "\n") })
    }

    private func entry(_ level: String, _ type: String, _ size: String, _ processors: String) -> [String: String] {
        ["level": level, "type": type, "size": size, "shared_cpu_list": processors]
    }

    private func levels(_ entries: [[String: String]]) throws -> [CacheLevel] {
        let files = entries.enumerated().map { index($0.offset, $0.element) }
        let tree = try Tree(files.reduce(into: [:]) { $0.merge($1) { $1 } })
        return withExtendedLifetime(tree) { CacheLevel.all(in: tree.files) }
    }

    @Test func dataAndUnifiedFromTheNearest() throws {
        let found = try levels([
            entry("3", "Unified", "32768K", "0-7,64-71"), entry("1", "Instruction", "32K", "0"),
            entry("1", "Data", "48K", "0,64"), entry("2", "Unified", "1024K", "0"),
        ])
        #expect(
            found == [
                CacheLevel(level: 1, bytes: 48 << 10, processors: 2),
                CacheLevel(level: 2, bytes: 1 << 20, processors: 1),
                CacheLevel(level: 3, bytes: 32 << 20, processors: 16),
            ])
    }

    @Test func whatIsNotDescribedInFullIsLeftOut() throws {
        let good = entry("2", "Unified", "512K", "0-1")
        for broken in [
            entry("1", "Data", "48", "0"), entry("1", "Data", "0K", "0"), entry("1", "Data", "-48K", "0"),
            entry("one", "Data", "48K", "0"), entry("1", "Data", "48K", ""), entry("1", "Data", "48K", "3-1"),
            entry("1", "Data", "48K", "0-1-2"), entry("1", "Data", "48K", "0,,1"), ["type": "Data"],
        ] {
            #expect(try levels([broken, good]) == [CacheLevel(level: 2, bytes: 512 << 10, processors: 2)], "\(broken)")
        }
    }

    @Test func noneWhereTheSystemSaysNothing() throws {
        #expect(try levels([]) == [])
    }
}
