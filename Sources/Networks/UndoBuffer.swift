import Kernels
package import Memory
package import Shapes

/// What the steps of a reversible cell have forgotten, a word for each number that a step changes and each ⌊64/b⌋ steps: see ``Forgotten``.
package final class UndoBuffer {
    /// A word for each number of a layer's that a step changes, [numbers, B, H].
    private final class Words {
        let buffer: Buffer<UInt64>

        init(_ shape: Shape, in heap: Heap) {
            buffer = Buffer(count: shape.changedElements, in: heap)
            buffer.start.update(repeating: 0, count: buffer.count)
        }
    }

    private let shape: Shape
    private let heap: Heap
    private let stepsOfWord: Int
    /// For each ⌊64/b⌋ steps, by layer.
    private var words: [[Words]] = []

    package init(_ shape: Shape, in heap: Heap) {
        (self.shape, self.heap) = (shape, heap)
        stepsOfWord = Forgotten.stepsOfWord(bits: shape.cell.bits!)
    }

    /// Makes words for the first steps of a sequence, as many as there are not yet.
    package func reserve(_ steps: Int) {
        while words.count * stepsOfWord < steps {
            words.append((0..<shape.depth).map { _ in Words(shape, in: heap) })
        }
    }

    /// Those that a step writes to, of one layer, [numbers, B, H].
    func start(of step: Int, layer: Int) -> UnsafeMutablePointer<UInt64> {
        words[step / stepsOfWord][layer].buffer.start
    }

    /// Bits that all words use together.
    package var usedBits: Int {
        words.reduce(0) { sum, layers in
            layers.reduce(sum) { sum, words in
                (0..<words.buffer.count).reduce(sum) {
                    $0 + UInt64.bitWidth - words.buffer.start[$1].leadingZeroBitCount
                }
            }
        }
    }
}
