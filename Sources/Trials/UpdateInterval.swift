/// How often the parameters of a training change.
package enum UpdateInterval: String, CaseIterable, Hashable, Sendable {
    /// At the end of every T steps, by the sum of all their gradients.
    case sequence
    /// At every stride of a truncation as well, as soon as its gradient is there: BPTT(h; h') as Williams & Peng (1990) and
    /// Hwang & Sung (2015, arXiv 1511.06841, algorithm 1) have it. Records of earlier strides that are still in the window stay
    /// as the parameters of then made them.
    case stride
}
