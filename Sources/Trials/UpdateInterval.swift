/// How often the parameters of a training change.
package enum UpdateInterval: String, CaseIterable, Hashable, Sendable {
    /// At the end of every T steps, by the gradient of the mean loss over all their elements that count.
    case sequence
    /// At every stride of a truncation, as soon as its gradient is there: BPTT(h; h') as Williams & Peng (1990) and Hwang & Sung
    /// (2015, arXiv 1511.06841, algorithm 1) have it. The gradient is that of the mean loss over the elements of the stride that
    /// count; a stride in which none do changes nothing. With CTC an element is a frame whose error the stride uses. Records of earlier strides that are still in the window stay
    /// as the parameters of then made them.
    case stride
}
