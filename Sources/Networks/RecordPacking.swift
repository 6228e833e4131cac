import Kernels
import Noise
import Shapes
import Vectors

/// What chances of stochastic rounding are made of, besides the place of a number.
package struct RoundingNoise {
    package var seed = 0
    /// Of several gradients that are to be rounded in ways that know nothing of each other, the number of one.
    package var draw = 0

    /// The key of a step's record of a layer, or of one direction of it.
    ///
    /// - Parameter copy: 0, or 1 of the other rounding.
    func key(layer: Int, step: Int, copy: Int) -> UInt64 {
        noiseKey(
            UInt64(seed), 0x726f_756e, UInt64(draw), UInt64(layer), UInt64(step), UInt64(copy))
    }
}

/// Packs records of a layer, and unpacks them, by rows of the batch.
struct RecordPacking<S: Scalar> {
    private let layout: PackedRecord
    /// Elements from an unpacked record to the one with other roundings.
    private let copyPitch: Int
    private let rounding: Rounding

    /// Nil of a network whose records are kept as they are.
    init?(_ shape: Shape) {
        guard let layout = shape.packedRecord else { return nil }
        self.layout = layout
        (copyPitch, rounding) = (shape.copyPitch, shape.rounding)
    }

    /// - Parameter key: of a copy, where roundings are random.
    @specialized(where S == Float)
    @specialized(where S == Double)
    func pack(_ record: Pointer<S>, _ rows: Range<Int>, to packed: UnsafeMutablePointer<UInt8>, key: (Int) -> UInt64) {
        let keys = rounding.isRandom ? (key(0), rounding == .independent ? key(1) : nil) : (nil, nil)
        layout.forRuns(ofRows: rows) { part in
            S.pack(
                record + part.place, part.runs, as: layout.format, to: packed + part.offset,
                key: part.copy == 0 ? keys.0 : keys.1, place: part.place)
        }
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    func unpack(
        _ packed: UnsafeMutablePointer<UInt8>, _ rows: Range<Int>, to record: Pointer<S>, hiddenAlone: Bool
    ) {
        layout.forRuns(ofRows: rows, hiddenAlone: hiddenAlone) { part in
            S.unpack(
                packed + part.offset, part.runs, as: layout.format, to: record + part.place + part.copy * copyPitch)
        }
    }
}

// Records that are packed: forward writes each step's into the scratch, and backward has them there again.
extension Network {
    /// Packs what a step forward has left in the scratch. All threads that share rows come here together.
    ///
    /// - Parameters:
    ///   - index: of the layer among those of a record.
    ///   - layer: among all layers and directions.
    func pack(_ record: Record<S>, _ index: Int, layer: Int, step: Int, _ partition: Partition) {
        guard let packing else { return }
        packing.pack(scratch.start, partition.wholeRows.rows, to: record.packed!.layers[index].start) {
            noise.key(layer: layer, step: step, copy: $0)
        }
        partition.waitAtBarrier()
    }

    /// A layer's record of a step: where it lies or, unpacked, a place of the scratch that is its until the step after next in the
    /// same direction. All threads that share rows come here together.
    ///
    /// - Parameters:
    ///   - position: of the step in its block, −1 for the one before the first.
    ///   - hiddenAlone: whether nothing but h will be read of it.
    func unpacked(
        _ record: Record<S>, _ index: Int, at position: Int, _ partition: Partition, hiddenAlone: Bool = false
    ) -> Pointer<S> {
        guard packing != nil else { return record.layers[index].start }
        let place = scratch.start + (position & (shape.unpackedRecords - 1)) * (shape.recordElements + shape.copyPitch)
        // Others may still read what is there, and make some of the rows.
        partition.waitAtBarrier()
        packing!.unpack(
            record.packed!.layers[index].start, partition.wholeRows.rows, to: place, hiddenAlone: hiddenAlone)
        partition.waitAtBarrier()
        return place
    }
}
