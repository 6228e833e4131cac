import CJemalloc

/// One of jemalloc's named controls (mallctl), its name resolved once.
struct Control<Value: BitwiseCopyable & Sendable>: Sendable where Value: ExpressibleByIntegerLiteral {
    private let name: String
    private let path: [Int]

    init(_ name: String) throws(MemoryError) {
        var path = Array(repeating: 0, count: 8)
        var depth = path.count
        let code = mallctlnametomib(name, &path, &depth)
        guard code == 0 else { throw .control(name, code: code) }
        self.name = name
        self.path = Array(path[..<depth])
    }

    func read() throws(MemoryError) -> Value {
        var value: Value = 0
        var size = MemoryLayout<Value>.size
        let code = path.withUnsafeBufferPointer { mallctlbymib($0.baseAddress, $0.count, &value, &size, nil, 0) }
        guard code == 0, size == MemoryLayout<Value>.size else { throw .control(name, code: code) }
        return value
    }

    /// Reads a control that has answered before.
    var value: Value {
        guard let value = try? read() else { endProcess("jemalloc no longer answers '\(name)'") }
        return value
    }

    func write(_ value: Value) {
        var value = value
        let code = path.withUnsafeBufferPointer {
            mallctlbymib($0.baseAddress, $0.count, nil, nil, &value, MemoryLayout<Value>.size)
        }
        guard code == 0 else { endProcess("jemalloc refused to set '\(name)' (error \(code))") }
    }

    /// Calls a control that takes and gives nothing.
    func trigger() {
        let code = path.withUnsafeBufferPointer { mallctlbymib($0.baseAddress, $0.count, nil, nil, nil, 0) }
        guard code == 0 else { endProcess("jemalloc refused to do '\(name)' (error \(code))") }
    }
}
