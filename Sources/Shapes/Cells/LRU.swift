import Glibc
public import Vectors

/// The recurrence of the linear recurrent unit of Orvieto, Smith, Gu, Fernando, Gulcehre, Pascanu & De, Resurrecting recurrent neural
/// networks for long sequences, 2023, arXiv:2303.06349: a complex number a unit, which sees itself alone.
///
/// h is its real part, which the matrix of the next layer, or of the head, multiplies: the paper's C where that is real, and no D.
/// Record, 2: the state, of which all gradients are made.
public enum LRU: UnitwiseCellKind {
    public static let word = "lru"
    public static let name = "LRU"
    public static let equations = [
        "λ = exp(−e^ν + i e^θ)",
        "s' = λ s + e^γ (W_r x + i W_j x), complex",
        "h' = Re s', j' = Im s'",
    ]
    public static let gates = ["r", "j"]
    public static let memory = [StatePart("j", exported: "initial_imaginary")]
    public static let kept = ["h"]
    public static let hiddenFrom: [String]? = kept
    public static let parameters = [
        CellParameter("weight_ih", .inputMatrix), CellParameter("nu_log", .units), CellParameter("theta_log", .units),
        CellParameter("gamma_log", .units),
    ]
    public static let carriesHidden = true
    public static let recordsGates = false
    public static let prepared = ["re λ", "im λ", "e^γ", "e^ν", "e^θ"]

    public static func prepare(_ parameters: [Double]) -> [Double] {
        let (nu, theta, gamma) = (exp(parameters[0]), exp(parameters[1]), exp(parameters[2]))
        let size = exp(-nu)
        return [size * cos(theta), size * sin(theta), gamma, nu, theta]
    }

    /// λ uniform on the disk of radius 1, γ such that white noise leaves a state of variance 1 (section 3.3 there).
    public static func initial(_ draws: [Double]) -> [Double]? {
        // At the ends of what is drawn ν and γ would not be finite.
        let (area, turn) = (between(draws[0]), between(draws[1]))
        return [log(-0.5 * log(area)), log(2 * .pi * turn), 0.5 * log(1 - area)]
    }

    /// From −1…1 to 0…1, but for 2⁻²⁰ at both ends.
    private static func between(_ draw: Double) -> Double { 0.5 + draw * (0.5 - 0x1p-20) }

    /// λ s.
    @inlinable @inline(__always)
    static func turned<S: Real>(
        _ re: S.Vector, _ im: S.Vector, by units: (Int) -> S.Vector, _: S.Type
    ) -> (re: S.Vector, im: S.Vector) {
        let (a, b) = (units(3), units(4))
        return (a * re - b * im, b * re + a * im)
    }

    @inlinable @inline(__always)
    public static func forward<S: Real>(_ step: ForwardStep<S>) {
        let kept = turned(step.hidden, step.memory(0), by: step.units, S.self)
        let gamma = step.units(5)
        let (re, im) = (kept.re + gamma * step.gate(0), kept.im + gamma * step.gate(1))
        step.remember(im, 0)
        step.keep(re, part: 1)
        step.give(re)
    }

    /// With k = λ s, whose parts are k_r and k_j, and what came in s' − k:
    ///
    ///     dW_r x = e^γ dh'    dW_j x = e^γ dj'    dγ = dh' (h' − k_r) + dj' (j' − k_j)
    ///     dν = −e^ν (dh' k_r + dj' k_j)    dθ = e^θ (dj' k_r − dh' k_j)
    ///     dh = re λ dh' + im λ dj'    dj = re λ dj' − im λ dh'
    @inlinable @inline(__always)
    public static func backward<S: Real>(_ step: BackwardStep<S>) {
        for part in 0..<2 { step.record.prefetch(part: part) }
        let kept = turned(step.hidden, step.memory(0), by: step.units, S.self)
        let (a, b, gamma) = (step.units(3), step.units(4), step.units(5))
        let (im, re) = (step.record.part(0), step.record.part(1))
        let (dh, dj) = (step.hiddenAdjoint, step.memoryAdjoint(0))
        step.put(gamma * dh, adjoint: 0)
        step.put(gamma * dj, adjoint: 1)
        step.put(.zero - step.units(6) * (dh * kept.re + dj * kept.im), adjoint: 2)
        step.put(step.units(7) * (dj * kept.re - dh * kept.im), adjoint: 3)
        step.put(dh * (re - kept.re) + dj * (im - kept.im), adjoint: 4)
        step.pass(hidden: a * dh + b * dj)
        step.pass(a * dj - b * dh, memory: 0)
    }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(1) }
}

extension Cell {
    package static let lru = Cell(LRU.self)
}
