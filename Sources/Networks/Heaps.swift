import Glibc
import Machine
package import Memory
package import Schedules

/// A heap for each role, so that jemalloc itself says which role the bytes have.
package struct Heaps: Sendable {
    private let heaps: [Heap]

    /// - Throws: ``MemoryError`` when jemalloc gives no arena.
    package init() throws(MemoryError) {
        let limits: @Sendable () -> [String] = { SystemLimits().reasons(for: ENOMEM) }
        var heaps: [Heap] = []
        for _ in Role.allCases { heaps.append(try Heap(limits: limits)) }
        self.heaps = heaps
    }

    package subscript(role: Role) -> Heap { heaps[role.index] }
}
