/// A recurrent cell, and how many values per hidden unit its parts hold.
package enum Cell: String, CaseIterable, Hashable, Sendable {
    /// h' = tanh(W x + U h + b), torch.nn.RNN.
    case elman
    /// torch.nn.LSTM, gates in the order i, f, g, o.
    case lstm
    /// torch.nn.GRU in the reset-after form, gates in the order r, z, n.
    case gru
    /// h' = W x + U h + b: nothing saturates, and a gradient shrinks by what U does alone.
    case linear

    /// Rows of the weights per hidden unit.
    package var gates: Int {
        switch self {
        case .elman, .linear: 1
        case .lstm: 4
        case .gru: 3
        }
    }

    /// a_h: what it takes to start again. LSTM: h and c; the others: h.
    package var stateParts: Int { self == .lstm ? 2 : 1 }

    /// a_i: what backward needs of a step.
    /// - Elman, 1: h, for tanh' = 1 − h² is of the output. Linear, 1: h, for the gradient of U.
    /// - LSTM, 5: i, f, g, o and c. h = o tanh(c) is an element-wise product away and is not kept.
    /// - GRU, 4: r, z, n and h. U_n h + d_n, which multiplies r's gradient, is had again by one product for a whole block of
    ///   steps: a fifth less memory for a fifteenth more arithmetic.
    package var recordParts: Int {
        switch self {
        case .elman, .linear: 1
        case .lstm: 5
        case .gru: 4
        }
    }

    /// Adjoints per hidden unit that the weight gradients are made of. GRU has a fourth: its candidate's hidden part
    /// sees the reset gate, its input part does not.
    package var adjointParts: Int { gates == 1 ? 1 : 4 }
}

/// How inputs are multiplied by W.
package enum InputProjection: String, CaseIterable, Hashable, Sendable {
    /// A product for each step.
    case perStep = "per_step"
    /// One product for several steps, whose inputs do not wait for the recurrence: the same bits, faster where the batch
    /// is small, and a workspace for its results.
    case batched
}

/// The type of all tensors' elements.
package enum Precision: String, CaseIterable, Hashable, Sendable {
    case float, double

    package var bytes: Int { self == .float ? 4 : 8 }
}
