import Schedules

// Products of bfloat16: what they are made of is rounded to pairs, two terms of a sum in a word as large as a Float.
extension Shape {
    /// Whether products are of bfloat16.
    package var multipliesPairs: Bool { precision == .bfloat16 }

    /// Pairs of a sum: the last of an odd number of terms has a 0 beside it.
    package static func pairs(of terms: Int) -> Int { (terms + 1) / 2 }

    /// Rows of the right operand of a product, for sums of some terms: one for each, or for each pair of them.
    func operandRows(_ terms: Int) -> Int { multipliesPairs ? Shape.pairs(of: terms) : terms }

    /// Steps whose activations are multiplied at once, at most.
    private var productSteps: Int { max(chunk, block) }

    /// Pairs of a panel of adjoints, down the rows of a block.
    package var pairsOfPanel: Int { Shape.pairs(of: productSteps * batch) * Shape.panel }

    /// Pairs that a thread has room for: of a panel, and of what stands on the left: activations of a block along their rows, or two of
    /// them down their columns, or the adjoints of a step.
    package var pairsOfThread: Int {
        let widths = [input, outputs, features, Shape.padded(hidden)]
        let block = saturatingProduct(Shape.pairs(of: productSteps * batch), 2, widths.max()!)
        let step = saturatingProduct(batch, Shape.pairs(of: cell.adjointsOfPhase * Shape.padded(hidden)))
        return saturatingSum(pairsOfPanel, max(block, step))
    }
}
