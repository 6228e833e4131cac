public import Vectors

/// An LSTM with layer normalisation (Ba, Kiros & Hinton, Layer normalization, 2016, arXiv:1607.06450) as haste has it
/// (LayerNormLSTM, github.com/lmnt-com/haste): W x and U h are each normalised over all gates of a row, c' over its units. Two things are
/// not as there: gates are in PyTorch's order, i, f, g, o, theirs in i, g, f, o; and the forget gate's bias starts at 0, theirs at
/// `forget_bias`, 1 where none is given.
///
/// Each number of a gain is a parameter for each unit. Record, 6: W x of the gates, c' and h'. U h is made again, for a block of steps
/// by one product, and all else from these at no product.
public enum LayerNormLSTM: CellKind {
    public static let word = "layernorm"
    public static let name = "LSTM with layer normalisation"
    public static let equations = [
        "N(a) = (a − mean(a)) / √(variance(a) + 10⁻⁵), of a row",
        "a = γ_x × N(W x) + γ_h × N(U h) + b, [4H]",
        "i, f, o = σ(a_i), σ(a_f), σ(a_o)",
        "g = tanh(a_g)",
        "c' = f c + i g",
        "h' = o tanh(γ_c × N(c') + β_c)",
    ]
    public static let gates = LSTM.gates
    public static let splitGates = 4
    public static let memory = LSTM.memory
    public static let kept = ["h"]
    public static let hiddenFrom: [String]? = kept
    public static let parameters =
        [CellParameter("weight_ih", .inputMatrix), CellParameter("weight_hh", .hiddenMatrix)]
        + ["gain_x", "gain_h", "bias_"].flatMap { name in gates.map { CellParameter(name + $0, .units) } }
        + [CellParameter("gain_c", .units), CellParameter("bias_c", .units)]

    /// Gains are 1 and biases 0.
    public static func initial(_ draws: [Double]) -> [Double]? {
        Array(repeating: 1, count: 8) + Array(repeating: 0, count: 4) + [1, 0]
    }

    /// What a row is normalised with.
    @frozen @usableFromInline struct Moments<S: Real> {
        @usableFromInline let mean, scale: S.Vector

        @inlinable @inline(__always)
        init(mean: S, scale: S) { (self.mean, self.scale) = (.init(repeating: mean), .init(repeating: scale)) }

        @inlinable @inline(__always)
        func normalized(_ values: S.Vector) -> S.Vector { (values - mean) * scale }

        /// From the adjoint of a normalised value to that of the value, given the means over the row of the adjoints, and of the adjoints times
        /// the normalised values.
        @inlinable @inline(__always)
        func adjoint(_ adjoint: S.Vector, of value: S.Vector, _ means: (S, S)) -> S.Vector {
            (adjoint - S.Vector(repeating: means.0) - value * S.Vector(repeating: means.1)) * scale
        }
    }

    /// The mean and 1/√(variance + 10⁻⁵) of some values of each unit of a row.
    @inlinable @inline(__always)
    static func moments<S: Real>(
        _ units: Range<Int>, values each: Int, _ value: (_ unit: Int, _ count: Int, _ index: Int) -> S.Vector
    ) -> Moments<S> {
        let number = S(each * units.count)
        var sum = S.Vector.zero
        forVectors(of: S.self, units) { unit, count in
            for index in 0..<each { sum += first(count, of: value(unit, count, index)) }
        }
        let mean = sum.sum() / number
        var squares = S.Vector.zero
        forVectors(of: S.self, units) { unit, count in
            for index in 0..<each {
                let distance = value(unit, count, index) - S.Vector(repeating: mean)
                squares += first(count, of: distance * distance)
            }
        }
        return Moments(mean: mean, scale: 1 / (squares.sum() / number + S(1e-5)).squareRoot())
    }

    /// The first elements of a vector, and 0 for the others, which sums must not see.
    @inlinable @inline(__always)
    static func first<Vector: Lanes>(_ count: Int, of vector: Vector) -> Vector {
        var vector = vector
        for lane in Swift.min(count, Vector.scalarCount)..<Vector.scalarCount { vector[lane] = 0 }
        return vector
    }

    /// a of a gate, of what is normalised.
    @inlinable @inline(__always)
    static func sum<S: Real>(
        _ gate: Int, _ x: S.Vector, _ h: S.Vector, _ units: (Int) -> S.Vector, _: S.Type
    ) -> S.Vector {
        units(gate) * x + units(4 + gate) * h + units(8 + gate)
    }

    @inlinable @inline(__always)
    public static func forward<S: Real>(row: ForwardStep<S>, units: Range<Int>) {
        let x: Moments<S> = moments(units, values: 4) { row.at(row: 0, unit: $0, count: $1).input(gate: $2) }
        let h: Moments<S> = moments(units, values: 4) { row.at(row: 0, unit: $0, count: $1).recurrent($2) }
        forVectors(of: S.self, units) { unit, count in
            let step = row.at(row: 0, unit: unit, count: count)
            func gate(_ gate: Int) -> S.Vector {
                sum(
                    gate, x.normalized(step.input(gate: gate)), h.normalized(step.recurrent(gate)), step.units, S.self)
            }
            let next = S.sigmoid(gate(1)) * step.memory(0) + S.sigmoid(gate(0)) * S.tanh(gate(2))
            for gate in 0..<4 { step.keep(step.input(gate: gate), gate: gate) }
            step.remember(next, 0)
            // Until c' is known of all units: h' holds o.
            step.give(S.sigmoid(gate(3)))
        }
        let c: Moments<S> = moments(units, values: 1) { unit, count, _ in
            row.at(row: 0, unit: unit, count: count).memory(0)
        }
        forVectors(of: S.self, units) { unit, count in
            let step = row.at(row: 0, unit: unit, count: count)
            let next = step.given * S.tanh(step.units(12) * c.normalized(step.memory(0)) + step.units(13))
            step.keep(next, part: 1)
            step.give(next)
        }
    }

    /// With n = N(c'), s = tanh(γ_c n + β_c), and ' before a name the adjoint: y of γ_c n + β_c, and for each normalised a
    /// 'a = ('N − mean('N) − N mean('N N)) / √(variance(a) + 10⁻⁵), means over the row:
    ///
    ///     'y = dh' o (1 − s²)    'N(c') = 'y γ_c    dγ_c = 'y n    dβ_c = 'y    'o = dh' s o (1 − o)    dc' = dc' + 'c'
    ///     'i = dc' g i (1 − i)    'f = dc' c f (1 − f)    'g = dc' i (1 − g²)    dc = dc' f
    ///     'N(W x) = γ_x 'a    'N(U h) = γ_h 'a    dγ_x = 'a N(W x)    dγ_h = 'a N(U h)    db = 'a
    @inlinable @inline(__always)
    public static func backward<S: Real>(row: BackwardStep<S>, units: Range<Int>) {
        let count = S(units.count)
        let x: Moments<S> = moments(units, values: 4) { row.at(row: 0, unit: $0, count: $1).record.gate($2) }
        let h: Moments<S> = moments(units, values: 4) { row.at(row: 0, unit: $0, count: $1).recurrent(gate: $2) }
        let c: Moments<S> = moments(units, values: 1) { unit, count, _ in
            row.at(row: 0, unit: unit, count: count).record.part(0)
        }
        var (sum, product) = (S.Vector.zero, S.Vector.zero)
        forVectors(of: S.self, units) { unit, count in
            let step = row.at(row: 0, unit: unit, count: count)
            let n = c.normalized(step.record.part(0))
            let s = S.tanh(step.units(12) * n + step.units(13))
            let o = S.sigmoid(
                Self.sum(
                    3, x.normalized(step.record.gate(3)), h.normalized(step.recurrent(gate: 3)), step.units, S.self))
            let dh = step.hiddenAdjoint
            let dy = dh * o * (1 - s * s)
            let dn = first(count, of: dy * step.units(12))
            sum += dn
            product += dn * n
            step.put(dh * s * o * (1 - o), adjoint: bias + 3)
            step.put(dy * n, adjoint: bias + 4)
            step.put(dy, adjoint: bias + 5)
        }
        let ofCell = (sum.sum() / count, product.sum() / count)
        var (ofX, ofH) = ((S.Vector.zero, S.Vector.zero), (S.Vector.zero, S.Vector.zero))
        forVectors(of: S.self, units) { unit, count in
            let step = row.at(row: 0, unit: unit, count: count)
            let n = c.normalized(step.record.part(0))
            let dNext = step.memoryAdjoint(0) + c.adjoint(step.adjoint(bias + 5) * step.units(12), of: n, ofCell)
            func value(_ gate: Int) -> S.Vector {
                Self.sum(
                    gate, x.normalized(step.record.gate(gate)), h.normalized(step.recurrent(gate: gate)), step.units,
                    S.self)
            }
            let (i, f, g) = (S.sigmoid(value(0)), S.sigmoid(value(1)), S.tanh(value(2)))
            step.put(dNext * g * i * (1 - i), adjoint: bias)
            step.put(dNext * step.memory(0) * f * (1 - f), adjoint: bias + 1)
            step.put(dNext * i * (1 - g * g), adjoint: bias + 2)
            step.pass(dNext * f, memory: 0)
            for gate in 0..<4 {
                let da = first(count, of: step.adjoint(bias + gate))
                let (a, b) = (x.normalized(step.record.gate(gate)), h.normalized(step.recurrent(gate: gate)))
                step.put(da * a, adjoint: gains + gate)
                step.put(da * b, adjoint: gains + 4 + gate)
                let (dx, dh) = (da * step.units(gate), da * step.units(4 + gate))
                ofX = (ofX.0 + dx, ofX.1 + dx * a)
                ofH = (ofH.0 + dh, ofH.1 + dh * b)
            }
        }
        let meansOfX = (ofX.0.sum() / (4 * count), ofX.1.sum() / (4 * count))
        let meansOfH = (ofH.0.sum() / (4 * count), ofH.1.sum() / (4 * count))
        forVectors(of: S.self, units) { unit, count in
            let step = row.at(row: 0, unit: unit, count: count)
            for gate in 0..<4 {
                let da = step.adjoint(bias + gate)
                let (a, b) = (x.normalized(step.record.gate(gate)), h.normalized(step.recurrent(gate: gate)))
                step.put(h.adjoint(da * step.units(4 + gate), of: b, meansOfH), adjoint: gate)
                step.put(x.adjoint(da * step.units(gate), of: a, meansOfX), adjoint: 4 + gate)
            }
        }
    }

    /// The first of the adjoints of γ_x, then γ_h, and of b, γ_c and β_c: after those of U h and of W x.
    @inlinable static var gains: Int { 8 }
    @inlinable static var bias: Int { 16 }

    @inlinable @inline(__always)
    public static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(1) }
}

extension Cell {
    package static let layernorm = Cell(LayerNormLSTM.self)
}
