import Glibc
import Machine
package import Memory
package import Schedules

/// A heap for each role, so that jemalloc itself says which role the bytes have.
package struct Heaps: Sendable {
    /// By the role's index. Roles that are to have no bytes share one.
    private let heaps: [Heap]
    /// Roles with a separate heap, and the first of the others.
    private let counted: [Role]

    /// - Parameter roles: that have bytes. Each costs an arena, and jemalloc gathers figures of all arenas at once.
    /// - Throws: ``MemoryError`` when jemalloc gives no arena.
    package init(of roles: Set<Role> = Set(Role.allCases)) throws(MemoryError) {
        let limits: @Sendable () -> [String] = { SystemLimits().reasons(for: ENOMEM) }
        let other = Role.allCases.first { !roles.contains($0) }
        counted = Role.allCases.filter { roles.contains($0) || $0 == other }
        var made: [Role: Heap] = [:]
        for role in counted { made[role] = try Heap(limits: limits) }
        heaps = Role.allCases.map { made[$0] ?? made[other!]! }
    }

    package subscript(role: Role) -> Heap { heaps[role.index] }

    /// Live bytes by role, of jemalloc's last figures. What there is of roles that were to have none stands under the first of them.
    package var live: Usage {
        var live = Usage()
        for role in counted { live[role] = self[role].liveBytes }
        return live
    }

    /// The same by what jemalloc has of each block, at any moment up to ``stopCounting()``: see ``Memory/Heap/countedBytes``.
    package var countedByBlock: Usage {
        var live = Usage()
        for role in counted { live[role] = self[role].countedBytes }
        return live
    }

    /// See ``Memory/Heap/stopCounting()``.
    package func stopCounting() {
        for role in counted { self[role].stopCounting() }
    }
}
