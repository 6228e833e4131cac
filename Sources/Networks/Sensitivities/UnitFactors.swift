import Kernels
import Vectors

/// What some steps make, at once, of the columns of neighbouring units. At each step a unit carries e ← L e + G x and gives the gradient
/// l e₀, with x the column's feature, e its parts of the state, and L, G and l the unit's. Over the steps t of a chunk that is
///
///     e ← Φ e + Σ Γ_t x_t        g ← g + α e + Σ β_t x_t
///
/// with factors that no column changes. Back through the steps they come of the adjoints of the unit's own state after the chunk and of
/// its loss, as those of a block do (Schmidhuber 1992). ``UnitColumns`` carries the columns by them.
///
/// - Complexity: of a column and step a_h + 1 multiply-adds, where step by step they are a_h (a_h + 1) + 1.
struct UnitFactors<S: Scalar> {
    /// Units that are carried together.
    static var width: Int { 16 }

    let steps: Int
    /// Of the state; of what is made: the state's parts and, where there is a loss, the gradient.
    let parts, results: Int
    /// Of a step's products.
    let adjoints: Int
    private let start: Pointer<S>

    var hasLoss: Bool { results > parts }

    /// Elements of memory that it takes.
    static func count(_ steps: Int, parts: Int, adjoints: Int) -> Int {
        (parts + 1) * (parts + adjoints * steps) * width
    }

    /// - Parameter memory: ``count(_:parts:adjoints:)`` elements, which a caller keeps.
    init(_ steps: Int, parts: Int, adjoints: Int, hasLoss: Bool, memory: Pointer<S>) {
        (self.steps, self.parts, self.adjoints) = (steps, parts, adjoints)
        results = hasLoss ? parts + 1 : parts
        start = memory
    }

    /// Φ, and after its last row α: [a_h + 1, a_h, units].
    @inline(__always)
    func through(_ result: Int, _ part: Int) -> Pointer<S> { start + (result * parts + part) * Self.width }

    /// Γ, and after its last row β, of an adjoint: [a_h + 1, steps, units].
    @inline(__always)
    func given(_ adjoint: Int, _ result: Int) -> Pointer<S> {
        start + ((parts + 1) * parts + (adjoint * (parts + 1) + result) * steps) * Self.width
    }

    /// Goes back through the steps, for a vector of the units.
    ///
    /// - Parameters:
    ///   - first: of the units, from the block's first one.
    ///   - lead: L of a step, from a part of the state before to a part.
    ///   - gives: G of a step, from an adjoint to a part.
    ///   - learning: l of a step; not asked for without a loss.
    @inline(__always)
    func make(
        first: Int, lead: (_ step: Int, _ part: Int, _ before: Int) -> S.Vector,
        gives: (_ step: Int, _ part: Int, _ adjoint: Int) -> S.Vector, learning: (_ step: Int) -> S.Vector
    ) {
        func at(_ place: Pointer<S>) -> S.Vector { load(place + first, S.Vector.scalarCount) }
        func put(_ values: S.Vector, _ place: Pointer<S>) { store(values, place + first, S.Vector.scalarCount) }
        for result in 0..<results {
            for part in 0..<parts { put(S.Vector(repeating: result == part ? 1 : 0), through(result, part)) }
        }
        withUnsafeTemporaryAllocation(of: S.Vector.self, capacity: parts * (parts + 1)) { scratch in
            let (leads, next) = (scratch.baseAddress!, scratch.baseAddress! + parts * parts)
            for step in (0..<steps).reversed() {
                if hasLoss { put(at(through(parts, 0)) + learning(step), through(parts, 0)) }
                for adjoint in 0..<adjoints {
                    for result in 0..<results {
                        var sum = at(through(result, 0)) * gives(step, 0, adjoint)
                        for part in 1..<max(1, parts) { sum += at(through(result, part)) * gives(step, part, adjoint) }
                        put(sum, given(adjoint, result) + step * Self.width)
                    }
                }
                for part in 0..<parts {
                    for before in 0..<parts { leads[part * parts + before] = lead(step, part, before) }
                }
                for result in 0..<results {
                    for before in 0..<parts {
                        next[before] = at(through(result, 0)) * leads[before]
                        for part in 1..<max(1, parts) {
                            next[before] += at(through(result, part)) * leads[part * parts + before]
                        }
                    }
                    for before in 0..<parts { put(next[before], through(result, before)) }
                }
            }
        }
    }
}
