/// What the outputs of the head are held against at a step where the loss enters. A loss is a mean over all elements that
/// count, as PyTorch's are by default.
package enum Criterion: Hashable, Sendable {
    /// (y − target)² of every output. Targets are [B, O]; a row that begins with NaN does not count.
    case squaredError
    /// −ln softmax(y) of a class for each sequence. Targets are [B]: the class, or −1, which does not count.
    case crossEntropy
    /// −ln of the probability that the frames of a sequence have its labels, whose borders are not known: connectionist
    /// temporal classification. Over each sequence's labels, and of these the mean over the sequences. Labels are no
    /// tensors.
    case ctc

    /// Elements of a step's targets. Classes are numbers of the tensors' type: whole numbers up to 2²⁴ are exact in each.
    package func targets(batch: Int, outputs: Int) -> Int {
        switch self {
        case .squaredError: batch * outputs
        case .crossEntropy: batch
        case .ctc: 1
        }
    }
}
