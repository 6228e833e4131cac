import Glibc
import Machine
package import Memory

/// A heap for each role, so that jemalloc itself says which role the bytes have.
package struct Heaps: Sendable {
    package let weights, gradients, inputs, states, records, workspace, optimizer, alignment: Heap

    /// - Throws: ``MemoryError`` when jemalloc gives no arena.
    package init() throws(MemoryError) {
        let limits: @Sendable () -> [String] = { SystemLimits().reasons(for: ENOMEM) }
        weights = try Heap(limits: limits)
        gradients = try Heap(limits: limits)
        inputs = try Heap(limits: limits)
        states = try Heap(limits: limits)
        records = try Heap(limits: limits)
        workspace = try Heap(limits: limits)
        optimizer = try Heap(limits: limits)
        alignment = try Heap(limits: limits)
    }
}
