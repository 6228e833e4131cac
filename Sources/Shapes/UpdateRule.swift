/// How a gradient changes the parameters.
package enum UpdateRule: String, CaseIterable, Hashable, Sendable {
    /// θ ← θ − η g.
    case sgd
    /// m ← µ m + g, θ ← θ − η m, with µ = 0.9: torch.optim.SGD(momentum=0.9).
    case momentum
    /// Kingma & Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, arXiv:1412.6980, algorithm 1 with its β and ε:
    /// torch.optim.Adam.
    case adam

    /// Tensors of a parameter's size that are kept from one update to the next.
    package var moments: Int { momentNames.count }

    /// PyTorch's names of them, in its state_dict.
    package var momentNames: [String] {
        switch self {
        case .sgd: []
        case .momentum: ["momentum_buffer"]
        case .adam: ["exp_avg", "exp_avg_sq"]
        }
    }

    /// µ of ``momentum``: what stays of a velocity.
    package static let friction = 0.9
    /// β₁, β₂ and ε of ``adam``.
    package static let decays = (first: 0.9, second: 0.999)
    package static let epsilon = 1e-8
}
