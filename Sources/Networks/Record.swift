package import Kernels
package import Memory
package import Shapes

/// A buffer that several hold: its bytes live as long as the last of them.
package final class SharedBuffer<S: BitwiseCopyable> {
    private let buffer: Buffer<S>

    package init(count: Int, in heap: Heap) { buffer = Buffer(count: count, in: heap) }

    package var start: UnsafeMutablePointer<S> { buffer.start }
    package var count: Int { buffer.count }
}

extension SharedBuffer where S: Scalar {
    /// Memory for `count` elements, all 0.
    convenience init(zeros count: Int, in heap: Heap) {
        self.init(count: count, in: heap)
        clear(start, count)
    }
}

/// What backward needs of one step: a buffer for each layer that goes through the steps, laid out as its cell says, or packed.
package struct Record<S: Scalar> {
    /// Native; none where records are packed.
    package let layers: [SharedBuffer<S>]
    /// Nil where records are native. Behind one reference, for a step's record is copied where it is read.
    let packed: Packed?

    /// A record in fewer bits.
    final class Packed {
        /// As ``Shapes/PackedRecord`` has it.
        let layers: [SharedBuffer<UInt8>]
        /// y of the head, [B, O], where the record has it.
        let outputs: SharedBuffer<S>?

        init(_ layout: PackedRecord, _ shape: Shape, in heap: Heap) {
            layers = (0..<shape.depth).map { _ in SharedBuffer(count: layout.bytes, in: heap) }
            outputs = shape.recordsOutputs ? SharedBuffer(count: shape.batch * shape.outputs, in: heap) : nil
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    package init(_ shape: Shape, in heap: Heap) {
        packed = shape.packedRecord.map { Packed($0, shape, in: heap) }
        layers =
            packed == nil
            ? (0..<shape.depth).map { _ in SharedBuffer(count: shape.recordElements, in: heap) } : []
    }
}

/// The state entering a step: a buffer for each layer that goes through the steps, h [B, H] and the memory's parts [B,
/// H] after it.
package struct State<S: Scalar> {
    package let layers: [SharedBuffer<S>]

    package init(_ shape: Shape, in heap: Heap) {
        layers = (0..<shape.depth).map { _ in SharedBuffer(count: shape.stateElements, in: heap) }
    }
}
