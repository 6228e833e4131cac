import Glibc
import Machine
package import Memory
package import Schedules

/// A heap for each role, so that jemalloc itself says which role the bytes have.
package struct Heaps: Sendable {
    /// By the role's index. Roles that are to have no bytes share one.
    private let heaps: [Heap]
    /// Roles with a heap of their own, and one of the others.
    private let counted: [Role]

    /// - Parameter roles: that have bytes. Each costs an arena, and jemalloc gathers figures of all arenas at once.
    /// - Throws: ``MemoryError`` when jemalloc gives no arena.
    package init(of roles: Set<Role> = Set(Role.allCases)) throws(MemoryError) {
        let limits: @Sendable () -> [String] = { SystemLimits().reasons(for: ENOMEM) }
        var heaps: [Heap] = []
        var counted: [Role] = []
        var shared: Heap?
        for role in Role.allCases {
            if !roles.contains(role), let shared {
                heaps.append(shared)
                continue
            }
            let heap = try Heap(limits: limits)
            if !roles.contains(role) { shared = heap }
            heaps.append(heap)
            counted.append(role)
        }
        self.heaps = heaps
        self.counted = counted
    }

    package subscript(role: Role) -> Heap { heaps[role.index] }

    /// Live bytes by role, of jemalloc's last figures. What there is of roles that were to have none stands under the first of them.
    package var live: Usage {
        var live = Usage()
        for role in counted { live[role] = self[role].liveBytes }
        return live
    }

    /// How many blocks were taken and given back so far.
    package var changes: Int { counted.reduce(0) { $0 + self[$1].changes } }
}
