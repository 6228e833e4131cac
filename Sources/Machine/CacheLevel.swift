/// A level of cache that a processor reads data through.
package struct CacheLevel: Hashable, Sendable {
    /// 1 is next to the processor.
    package let level: Int
    package let bytes: Int
    /// Processors that share it, this one among them.
    package let processors: Int

    package init(level: Int, bytes: Int, processors: Int) {
        (self.level, self.bytes, self.processors) = (level, bytes, processors)
    }

    /// Where the system describes them: those of the first processor.
    package static let folder = "/sys/devices/system/cpu/cpu0/cache"

    /// Those of the first processor, the nearest first. What is not described in full is left out; nothing is where the system says
    /// nothing, as in some virtual machines.
    package static func all(in files: SystemFiles = SystemFiles()) -> [CacheLevel] {
        var levels: [CacheLevel] = []
        var index = 0
        while let kind = files.words("\(folder)/index\(index)/type").first {
            let directory = "\(folder)/index\(index)"
            index += 1
            guard kind == "Data" || kind == "Unified", let level = files.number("\(directory)/level"),
                let size = files.words("\(directory)/size").first, size.hasSuffix("K"),
                let kibibytes = Int(size.dropLast()),
                kibibytes > 0, let processors = count(files.words("\(directory)/shared_cpu_list").first ?? "")
            else { continue }
            levels.append(CacheLevel(level: level, bytes: kibibytes << 10, processors: processors))
        }
        return levels.sorted { $0.level < $1.level }
    }

    /// How many a list such as `0-3,8` has; nil of what is none.
    private static func count(_ list: Substring) -> Int? {
        var count = 0
        for range in list.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last
            else {
                return nil
            }
            count += last - first + 1
        }
        return count
    }
}
