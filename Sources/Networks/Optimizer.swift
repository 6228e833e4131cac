import Glibc
package import Kernels
import Memory
import Quantities
import Schedules
package import Shapes
import Synchronization
import Vectors

/// Changes a network's parameters by their gradients, and keeps what that takes from one update to the next: 0, 1 or 2
/// tensors of a parameter's size, in the heap of their role.
///
/// Formulas, and where the arithmetic is rounded, are those of torch.optim with default arguments. Everything is element by
/// element, so that threads change no bit; the one sum, of the norm, is one thread's.
package final class Optimizer<S: Scalar> {
    package let rule: UpdateRule
    /// η.
    private let rate: Double
    /// The largest norm of a gradient that is used as it is; 0 for no limit.
    private let clip: Double
    private let network: Network<S>
    private let parameters: [Parameter<S>]
    /// For each parameter its moments.
    private let moments: [[SharedBuffer<S>]]
    /// Updates made.
    package private(set) var updates = 0

    /// All moments are 0.
    package init(_ network: Network<S>, rule: UpdateRule, rate: Double, clip: Double) {
        self.rule = rule
        self.rate = rate
        self.clip = clip
        self.network = network
        parameters = network.parameters
        moments = parameters.map { parameter in
            (0..<rule.moments).map { _ in SharedBuffer(zeros: parameter.count, in: network.heaps[.optimizer]) }
        }
    }

    /// As if no update had been made.
    package func restart() {
        updates = 0
        for moment in moments.joined() { clear(moment.start, moment.count) }
    }

    /// Moments of a parameter, by its index among the network's, in the order of ``UpdateRule/momentNames``: memory like the
    /// parameter's own.
    package func moments(of parameter: Int) -> [UnsafeMutablePointer<S>] { moments[parameter].map(\.start) }

    /// Continues as if this number of updates had been made; the moments are written where ``moments(of:)`` says.
    package func resume(after updates: Int) { self.updates = updates }

    /// Whether a number of the last update was not finite.
    private let isSpoiled = Atomic(false)

    /// One update: the gradient is scaled and clipped where it stands, then applied.
    ///
    /// Where the gradient's norm is limited it is looked at before anything changes. Else what the update makes is looked at as it
    /// is made: no pass over the parameters is for that alone.
    ///
    /// - Parameter factor: what the gradient is multiplied by first.
    /// - Returns: the norm of the gradient before it was clipped; nil where it is not limited.
    /// - Throws: ``NotFinite``.
    @discardableResult
    package func update(scaling factor: Double = 1) throws(NotFinite) -> Double? {
        let norm = clip > 0 ? factor * norm(of: parameters) : nil
        if let norm, !norm.isFinite { throw .gradient(of: network.firstWithoutNorm ?? "all parameters", isUsed: false) }
        // torch.nn.utils.clip_grad_norm_: a coefficient above 1 changes nothing.
        let scale = factor * min(1, norm.map { clip / ($0 + 1e-6) } ?? 1)
        updates += 1
        // Beyond some ten thousand elements a thread saves more than it takes to wake it.
        ThreadPool.shared.run(parts: max(1, parameters.reduce(0) { $0 + $1.count } >> 15)) { worker in
            for (parameter, moments) in zip(parameters, moments) {
                let elements = worker.partition(of: parameter.count, by: Shape.padded(1))
                if scale != 1 { scaleElements(elements, of: parameter.gradient, by: S(scale)) }
                let isFinite =
                    switch rule {
                    case .sgd:
                        descend(elements, parameter.values, parameter.gradient, rate: S(rate))
                    case .momentum:
                        descend(
                            elements, parameter.values, parameter.gradient, velocity: moments[0].start, rate: S(rate),
                            friction: S(UpdateRule.friction))
                    case .adam:
                        adapt(
                            elements, parameter.values, parameter.gradient, mean: moments[0].start,
                            square: moments[1].start, Correction(rate: rate, update: updates))
                    }
                if !isFinite { isSpoiled.store(true, ordering: .relaxed) }
            }
        }
        if isSpoiled.exchange(false, ordering: .relaxed) { throw firstNotFinite }
        return norm
    }

    /// What is not finite after an update, its cause first.
    private var firstNotFinite: NotFinite {
        if let name = network.firstGradientNotFinite { return .gradient(of: name, isUsed: true) }
        for (parameter, moments) in zip(parameters, moments) {
            if !isFinite(parameter.values, parameter.count) { return .parameter(parameter.name) }
            for (name, moment) in zip(rule.momentNames, moments) where !isFinite(moment.start, moment.count) {
                return .moment(name, of: parameter.name)
            }
        }
        preconditionFailure("an update that made no number that is not finite")
    }
}

/// A number of a training that is infinite or not a number, by its parameter's name.
package enum NotFinite: Error, Hashable, CustomStringConvertible {
    /// `isUsed`: the update was made by it, for without a limit of its norm nothing looks at it before.
    case gradient(of: String, isUsed: Bool)
    /// The update made it.
    case parameter(String)
    case moment(String, of: String)

    package var description: String {
        switch self {
        case .gradient(let name, _): "the gradient of '\(name)' is not finite"
        case .parameter(let name): "'\(name)' is not finite after the update"
        case .moment(let moment, let name): "'\(moment)' of '\(name)' is not finite after the update"
        }
    }
}

extension Network {
    /// The first parameter whose gradient is not finite; nil where all are.
    package var firstGradientNotFinite: String? {
        parameters.first { !isFinite($0.gradient, $0.count) }?.name
    }

    /// The same or, where all elements are finite, the first whose squares have no finite sum.
    fileprivate var firstWithoutNorm: String? {
        firstGradientNotFinite ?? parameters.first { !norm(of: [$0]).isFinite }?.name
    }
}

/// Whether all elements are finite.
private func isFinite<S: Scalar>(_ values: Pointer<S>, _ count: Int) -> Bool {
    UnsafeBufferPointer(start: values, count: count).allSatisfy(\.isFinite)
}

/// What is the same for all elements of one update of Adam, made in Double.
private struct Correction<S: Scalar> {
    /// 1 − β₁, β₂ and 1 − β₂.
    let meanShare, squareDecay, squareShare: S
    /// η/(1 − β₁ᵗ), √(1 − β₂ᵗ) and ε.
    let step, root, epsilon: S

    /// - Parameter update: t, from 1.
    init(rate: Double, update: Int) {
        let (first, second) = UpdateRule.decays
        meanShare = S(1 - first)
        squareDecay = S(second)
        squareShare = S(1 - second)
        step = S(rate / (1 - pow(first, Double(update))))
        root = S((1 - pow(second, Double(update))).squareRoot())
        epsilon = S(UpdateRule.epsilon)
    }
}

// Each answers whether all that it made is finite: a number times 0 is 0, unless it is infinite or none.

/// θ ← θ − η g.
@specialized(where S == Float)
@specialized(where S == Double)
private func descend<S: Scalar>(_ elements: Range<Int>, _ values: Pointer<S>, _ gradient: Pointer<S>, rate: S) -> Bool {
    var zeros = S.Vector()
    forVectors(of: S.self, elements) { offset, count in
        let moved: S.Vector = load(values + offset, count) - load(gradient + offset, count) * rate
        store(moved, values + offset, count)
        zeros += moved * 0
    }
    return zeros.sum() == 0
}

/// m ← µ m + g, θ ← θ − η m.
@specialized(where S == Float)
@specialized(where S == Double)
private func descend<S: Scalar>(
    _ elements: Range<Int>, _ values: Pointer<S>, _ gradient: Pointer<S>, velocity: Pointer<S>, rate: S, friction: S
) -> Bool {
    var zeros = S.Vector()
    forVectors(of: S.self, elements) { offset, count in
        let moved: S.Vector = load(velocity + offset, count) * friction + load(gradient + offset, count)
        store(moved, velocity + offset, count)
        let value: S.Vector = load(values + offset, count) - moved * rate
        store(value, values + offset, count)
        zeros += value * 0 + moved * 0
    }
    return zeros.sum() == 0
}

/// m ← m + (1 − β₁)(g − m), v ← β₂ v + (1 − β₂) g², θ ← θ − η/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + ε).
@specialized(where S == Float)
@specialized(where S == Double)
private func adapt<S: Scalar>(
    _ elements: Range<Int>, _ values: Pointer<S>, _ gradient: Pointer<S>, mean: Pointer<S>, square: Pointer<S>,
    _ correction: Correction<S>
) -> Bool {
    var zeros = S.Vector()
    forVectors(of: S.self, elements) { offset, count in
        let g: S.Vector = load(gradient + offset, count)
        var m: S.Vector = load(mean + offset, count)
        m += (g - m) * correction.meanShare
        store(m, mean + offset, count)
        var v: S.Vector = load(square + offset, count)
        v = v * correction.squareDecay + g * correction.squareShare * g
        store(v, square + offset, count)
        let spread = v.squareRoot() / correction.root + correction.epsilon
        let value: S.Vector = load(values + offset, count) - m * correction.step / spread
        store(value, values + offset, count)
        zeros += value * 0 + v * 0
    }
    return zeros.sum() == 0
}

/// g ← c g.
@specialized(where S == Float)
@specialized(where S == Double)
private func scaleElements<S: Scalar>(_ elements: Range<Int>, of gradient: Pointer<S>, by scale: S) {
    forVectors(of: S.self, elements) { offset, count in
        let scaled: S.Vector = load(gradient + offset, count) * scale
        store(scaled, gradient + offset, count)
    }
}

/// ‖g‖₂ over all parameters (Pascanu, Mikolov & Bengio, On the difficulty of training recurrent neural networks, ICML 2013,
/// arXiv:1211.5063, algorithm 1), summed in Double, eight sums side by side.
@specialized(where S == Float)
@specialized(where S == Double)
private func norm<S: Scalar>(of parameters: [Parameter<S>]) -> Double {
    var sums = SIMD8<Double>()
    for parameter in parameters {
        let gradient = parameter.gradient
        var offset = 0
        while offset + 8 <= parameter.count {
            var values = SIMD8<Double>()
            for lane in 0..<8 { values[lane] = Double(gradient[offset + lane]) }
            sums += values * values
            offset += 8
        }
        while offset < parameter.count {
            sums[0] += Double(gradient[offset]) * Double(gradient[offset])
            offset += 1
        }
    }
    return sums.sum().squareRoot()
}
