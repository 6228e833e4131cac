import Synchronization

/// Whether the trainings are asked to end.
package final class Stop: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}

    package var isAsked: Bool { flag.load(ordering: .relaxed) }

    package func ask() { flag.store(true, ordering: .relaxed) }
}
