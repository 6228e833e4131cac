package import Kernels
import Memory
import Schedules
import Shapes

/// A view of memory that ``Tensors`` hold.
package struct Region<S: Scalar> {
    package let start: UnsafeMutablePointer<S>
    package let count: Int
}

/// The memory of a list of tensors, each in the heap of its role.
final class Tensors<S: Scalar> {
    private struct Key: Hashable {
        let name: String
        let role: Role
    }

    private var blocks: [Key: [SharedBuffer<S>]] = [:]

    /// All are 0.
    init(_ tensors: [Tensor], heaps: Heaps) {
        blocks.reserveCapacity(tensors.count)
        for tensor in tensors {
            let copies = (0..<tensor.copies).map { _ in SharedBuffer<S>(zeros: tensor.elements, in: heaps[tensor.role])
            }
            let other = blocks.updateValue(copies, forKey: Key(name: tensor.name, role: tensor.role))
            precondition(other == nil, "two tensors of one name")
        }
    }

    /// All copies of a tensor; none where the list does not have it.
    func copies(_ name: String, _ role: Role) -> [Region<S>] {
        (blocks[Key(name: name, role: role)] ?? []).map { Region(start: $0.start, count: $0.count) }
    }

    /// Where a tensor begins that the list may be without.
    ///
    /// Not a ``Region``: in unspecialised code the compiler (6.3.1, optimising) takes an optional one that is nil for one that is not.
    func find(_ name: String, _ role: Role = .workspace) -> Pointer<S>? {
        blocks[Key(name: name, role: role)]?.first?.start
    }

    subscript(name: String, role: Role = .workspace) -> Region<S> {
        guard let block = blocks[Key(name: name, role: role)]?.first else {
            preconditionFailure("no tensor has the name '\(name)'")
        }
        return Region(start: block.start, count: block.count)
    }
}
