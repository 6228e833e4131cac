package import Memory

/// A heap for each role, so that jemalloc itself says which role the bytes have.
package struct Heaps: Sendable {
    package let weights, gradients, inputs, states, records, workspace, optimizer, alignment: Heap

    /// - Throws: ``MemoryError`` when jemalloc gives no arena.
    package init() throws(MemoryError) {
        weights = try Heap()
        gradients = try Heap()
        inputs = try Heap()
        states = try Heap()
        records = try Heap()
        workspace = try Heap()
        optimizer = try Heap()
        alignment = try Heap()
    }
}
