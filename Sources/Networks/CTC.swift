import Glibc
import Kernels
import Vectors

/// Connectionist temporal classification (Graves, Fernández, Gomez & Schmidhuber 2006, doi 10.1145/1143844.1143891), a frame
/// at a time, for one sequence.
///
/// Position u of 2|z| + 1 stands for label z_{u/2} where u is odd and for a blank where it is even. Variables are
/// logarithms, and those of a frame are shifted by a number that the frame has for itself, so that they stay near 0
/// where it matters: after thousands of frames a Float is as good as after one. The shifts of α add up to log p, with
/// the sum of the last frame; those of β are never needed, for the posteriors of a frame sum to 1.
enum CTC {
    /// log 0. Two of them have no difference: what is subtracted is never one, see ``finite(_:)``.
    static func logZero<S: Scalar>(_: S.Type) -> S { -.infinity }

    /// What is subtracted from logarithms: the largest of them or, where that is log 0, a finite number. Taken off log
    /// 0 it leaves log 0.
    @inline(__always)
    private static func finite<S: Scalar>(_ largest: S) -> S { S.maximum(largest, -S.greatestFiniteMagnitude) }

    /// exp of what is at most 0, log 0 included; what would be no normal number is 0. Of what is not a number it is the least
    /// normal number or so: ``pointwiseMax`` gives the other one.
    @inline(__always)
    static func exponential<S: Scalar>(of _: S.Type, _ x: S.Vector) -> S.Vector {
        let least = S.Vector(repeating: MemoryLayout<S>.size == 4 ? -87 : -708)
        return S.exp(pointwiseMax(x, least)).replacing(with: 0, where: x .<= least)
    }

    /// log(exp a + exp b + exp c).
    @inline(__always)
    private static func logSum<S: Scalar>(of _: S.Type, _ a: S.Vector, _ b: S.Vector, _ c: S.Vector) -> S.Vector {
        // The largest's exponential is 1: two are left.
        let (upper, lower) = (pointwiseMax(a, b), pointwiseMin(a, b))
        let (largest, rest) = (pointwiseMax(upper, c), pointwiseMin(upper, c))
        // Of three that are log 0 the differences are not numbers: their exponentials are the least there is, which adds nothing to
        // 1, and the sum is log 0.
        return largest
            + S.log(1 + exponential(of: S.self, lower - largest) + exponential(of: S.self, rest - largest))
    }

    /// As `load`, with something else than 0 where nothing is there.
    @inline(__always)
    private static func load<S: Scalar>(_ from: Pointer<S>, _ count: Int, otherwise: S) -> S.Vector {
        if count >= S.Vector.scalarCount { return UnsafeRawPointer(from).loadUnaligned(as: S.Vector.self) }
        var values = S.Vector(repeating: otherwise)
        for lane in 0..<count { values[lane] = from[lane] }
        return values
    }

    /// log Σ exp of some values.
    @specialized(where S == Float)
    @specialized(where S == Double)
    static func logSum<S: Scalar>(_ values: Pointer<S>, count: Int) -> S {
        var largest = S.Vector(repeating: logZero(S.self))
        forVectors(of: S.self, 0..<count) { offset, rest in
            largest = pointwiseMax(largest, load(values + offset, rest, otherwise: logZero(S.self)))
        }
        let shift = finite(largest.max())
        var sum = S.Vector()
        forVectors(of: S.self, 0..<count) { offset, rest in
            sum += exponential(of: S.self, load(values + offset, rest, otherwise: logZero(S.self)) - shift)
        }
        return shift + S(log(Double(sum.sum())))
    }

    /// 0, or not a number where one of the outputs is infinite or none, which a maximum would pass over.
    @specialized(where S == Float)
    @specialized(where S == Double)
    static func zero<S: Scalar>(_ outputs: Pointer<S>, count: Int) -> S {
        var zero: S = 0
        for index in 0..<count { zero += outputs[index] * 0 }
        return zero
    }

    /// log y of every position, from the outputs before their softmax, [K].
    ///
    /// - Parameter normaliser: log Σ exp of these outputs.
    @specialized(where S == Float)
    @specialized(where S == Double)
    static func writeEmission<S: Scalar>(
        _ outputs: Pointer<S>, normaliser: S, labels: [Int], into emission: Pointer<S>
    ) {
        let blank = outputs[0] - normaliser
        emission[0] = blank
        for (index, label) in labels.enumerated() {
            emission[2 * index + 1] = outputs[label] - normaliser
            emission[2 * index + 2] = blank
        }
    }

    /// 0 where a path may come from two positions before, past a blank; else log 0. [positions + 2].
    @specialized(where S == Float)
    @specialized(where S == Double)
    static func writeSkips<S: Scalar>(labels: [Int], into skips: Pointer<S>) {
        let positions = 2 * labels.count + 1
        skips.update(repeating: logZero(S.self), count: positions + 2)
        for index in labels.indices.dropFirst() where labels[index] != labels[index - 1] {
            skips[2 * index + 1] = 0
        }
    }

    /// α of a sequence's first frame.
    ///
    /// - Returns: the logarithm that was taken off α.
    static func begin<S: Scalar>(
        positions: Int, emission: Pointer<S>, opensWithBlank: Bool, into alpha: Pointer<S>
    ) -> Double {
        alpha.update(repeating: logZero(S.self), count: positions)
        alpha[0] = emission[0]
        if positions > 1, !opensWithBlank { alpha[1] = emission[1] }
        return normalise(alpha, positions)
    }

    /// α(t, u) = y(t, u) Σ α(t − 1, i) over i = u, u − 1 and, where a blank may be left out, u − 2.
    ///
    /// - Parameter shifted: α of the frame before, after two that are log 0.
    /// - Returns: the logarithm that was taken off α.
    @specialized(where S == Float)
    @specialized(where S == Double)
    static func advance<S: Scalar>(
        positions: Int, emission: Pointer<S>, skips: Pointer<S>, shifted: Pointer<S>, into alpha: Pointer<S>
    ) -> Double {
        forVectors(of: S.self, 0..<positions) { u, count in
            let sum = logSum(
                of: S.self, Vectors.load(shifted + u + 2, count), Vectors.load(shifted + u + 1, count),
                Vectors.load(shifted + u, count) + Vectors.load(skips + u, count))
            store(sum + Vectors.load(emission + u, count), alpha + u, count)
        }
        return normalise(alpha, positions)
    }

    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func normalise<S: Scalar>(_ alpha: Pointer<S>, _ positions: Int) -> Double {
        Double(shift(alpha, positions))
    }

    /// Takes the largest off all.
    ///
    /// - Returns: the largest.
    @inline(__always)
    private static func shift<S: Scalar>(_ values: Pointer<S>, _ count: Int) -> S {
        var vector = S.Vector(repeating: logZero(S.self))
        forVectors(of: S.self, 0..<count) { u, rest in
            vector = pointwiseMax(vector, load(values + u, rest, otherwise: logZero(S.self)))
        }
        let largest = vector.max()
        let shift = finite(largest)
        forVectors(of: S.self, 0..<count) { u, rest in
            store(Vectors.load(values + u, rest) - shift, values + u, rest)
        }
        return largest
    }

    /// The recursion of β: β(t, u) = Σ β(t + 1, i) y(t + 1, i) over i = u, u + 1 and, where a blank may be left out, u
    /// + 2.
    ///
    /// - Parameter following: β y of the next frame, before two that are log 0.
    @specialized(where S == Float)
    @specialized(where S == Double)
    static func betaRecursion<S: Scalar>(
        positions: Int, skips: Pointer<S>, following: Pointer<S>, into beta: Pointer<S>
    ) {
        forVectors(of: S.self, 0..<positions) { u, count in
            let sum = logSum(
                of: S.self, Vectors.load(following + u, count), Vectors.load(following + u + 1, count),
                Vectors.load(following + u + 2, count) + Vectors.load(skips + u + 2, count))
            store(sum, beta + u, count)
        }
    }

    /// α β/Σ α β of every position, unnormalised.
    ///
    /// - Returns: their sum.
    @specialized(where S == Float)
    @specialized(where S == Double)
    static func writePosteriors<S: Scalar>(
        positions: Int, alpha: Pointer<S>, beta: Pointer<S>, into posteriors: Pointer<S>
    ) -> S {
        var largest = S.Vector(repeating: logZero(S.self))
        forVectors(of: S.self, 0..<positions) { u, count in
            let product = Vectors.load(alpha + u, count) + Vectors.load(beta + u, count)
            store(product, posteriors + u, count)
            largest = pointwiseMax(largest, load(posteriors + u, count, otherwise: logZero(S.self)))
        }
        let shift = finite(largest.max())
        var sum = S.Vector()
        forVectors(of: S.self, 0..<positions) { u, count in
            let value = exponential(
                of: S.self, load(posteriors + u, count, otherwise: logZero(S.self)) - shift)
            store(value, posteriors + u, count)
            sum += value
        }
        return sum.sum()
    }

    /// β ← β y, shifted so that the largest is 0: what the frame before needs of this one.
    @specialized(where S == Float)
    @specialized(where S == Double)
    static func addEmission<S: Scalar>(_ emission: Pointer<S>, to beta: Pointer<S>, positions: Int) {
        forVectors(of: S.self, 0..<positions) { u, count in
            store(Vectors.load(beta + u, count) + Vectors.load(emission + u, count), beta + u, count)
        }
        _ = shift(beta, positions)
    }

    /// ∂L/∂a(k) = weight (y(k) − Σ αβ/p over the positions of class k), a the outputs before their softmax, [K].
    ///
    /// - Parameter sum: of the posteriors.
    @specialized(where S == Float)
    @specialized(where S == Double)
    static func differentiate<S: Scalar>(
        _ outputs: Pointer<S>, classes: Int, normaliser: S, labels: [Int], posteriors: Pointer<S>, sum: S, weight: S
    ) {
        forVectors(of: S.self, 0..<classes) { offset, count in
            let y = exponential(of: S.self, Vectors.load(outputs + offset, count) - normaliser)
            store(weight * y, outputs + offset, count)
        }
        let share = weight / sum
        var blank = posteriors[0]
        for (index, label) in labels.enumerated() {
            outputs[label] -= share * posteriors[2 * index + 1]
            blank += posteriors[2 * index + 2]
        }
        outputs[0] -= share * blank
    }
}
