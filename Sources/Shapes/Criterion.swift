/// What the outputs of the head are held against at a step where the loss enters. A loss is a mean over all elements that
/// count, as PyTorch's are by default.
package enum Criterion: Hashable, Sendable {
    /// (y − target)² of every output. Targets are [B, O]; a row that begins with NaN does not count.
    case squaredError
    /// −ln softmax(y) of a class for each sequence. Targets are [B]: the class, or −1, which does not count.
    case crossEntropy

    /// Elements of a step's targets. Classes are numbers of the tensors' type: whole numbers up to 2²⁴ are exact in each.
    package func targets(batch: Int, outputs: Int) -> Int {
        switch self {
        case .squaredError: batch * outputs
        case .crossEntropy: batch
        }
    }
}
