package import Kernels
package import Memory
package import Shapes

extension Buffer where Element: Scalar {
    /// Memory for `count` elements, all 0.
    init(zeros count: Int, in heap: Heap) {
        self.init(count: count, in: heap)
        clear(start, count)
    }
}

/// A buffer that several hold: its bytes live as long as the last of them.
package final class SharedBuffer<S: Scalar> {
    private let buffer: Buffer<S>

    package init(count: Int, in heap: Heap) { buffer = Buffer(count: count, in: heap) }

    init(zeros count: Int, in heap: Heap) { buffer = Buffer(zeros: count, in: heap) }

    package var start: UnsafeMutablePointer<S> { buffer.start }
    package var count: Int { buffer.count }
}

/// What backward needs of one step: a buffer for each layer that goes through the steps, laid out as its cell says.
package struct Record<S: Scalar> {
    package let layers: [SharedBuffer<S>]

    @specialized(where S == Float)
    @specialized(where S == Double)
    package init(_ shape: Shape, in heap: Heap) {
        layers = (0..<shape.depth).map { _ in SharedBuffer(count: shape.recordElements, in: heap) }
    }
}

/// The state entering a step: a buffer for each layer that goes through the steps, h [B, H] and the memory's parts [B,
/// H] after it.
package struct State<S: Scalar> {
    package let layers: [SharedBuffer<S>]

    init(_ shape: Shape, in heap: Heap) {
        layers = (0..<shape.depth).map { _ in SharedBuffer(count: shape.stateElements, in: heap) }
    }
}
