package import Quantities
package import Schedules
import Shapes
package import Trials

/// What is planned for: a network, its batch and its task, over a length.
///
/// A strategy's footprint is that of the trial which trains under it. It differs from strategy to strategy: CTC keeps the
/// forward variables of a window and not of the whole sequence.
package struct Setting: Sendable {
    /// T.
    package let length: Int
    /// Whether no strategy makes the gradient that exact means.
    let changesGradient: Bool
    /// Of the network, whatever the length; nil where only sizes are known.
    private let shape: Shape?
    private let losses: LossPlacement
    private let make: @Sendable (Strategy, Int) -> Footprint

    /// - Parameters:
    ///   - trial: its strategy does not matter.
    ///   - isOwnReference: whether exact means the gradient of the network as it is, with what it rounds.
    package init(_ trial: Trial, isOwnReference: Bool = false) {
        length = trial.length
        changesGradient = trial.changesGradient && !isOwnReference
        shape = trial.shape
        losses = trial.losses
        make = { strategy, length in
            var other = trial
            (other.strategy, other.length) = (strategy, length)
            // What gives no gradient to train by is one step that changes no parameter.
            if !strategy.trains { other.updates = 0 }
            return other.footprint
        }
    }

    /// A setting in which sizes are the same for all strategies and lengths.
    package init(length: Int, footprint: Footprint) {
        self.length = length
        changesGradient = false
        shape = nil
        losses = .newest
        make = { _, _ in footprint }
    }

    /// The sizes under a strategy, over this length or another.
    package func footprint(_ strategy: Strategy, length: Int? = nil) -> Footprint {
        make(strategy, length ?? self.length)
    }

    /// The strategy of this family that needs the fewest bytes, and how many.
    package func smallest(
        _ family: any PlannableFamily.Type, length: Int? = nil
    ) -> (strategy: Strategy, bytes: Int) {
        let strategy = smallestStrategy(family, length: length)
        let length = length ?? self.length
        return (strategy, family.leastBytes(length: length, footprint: make(strategy, length)))
    }

    /// The same without the bytes, which take long to find of some.
    func smallestStrategy(_ family: any PlannableFamily.Type, length: Int? = nil) -> Strategy {
        let length = length ?? self.length
        return Strategy(smallestOf: family, length: length, footprint: make(.full, length))
    }

    /// What a budget leaves to choose from.
    ///
    /// - Parameter prices: what work costs; without them it costs its forward steps.
    package func memoryLimit(_ budget: Bytes, prices: CostModel? = nil) -> MemoryLimit {
        MemoryLimit(
            budget, length: length, footprint: make(.full, length), peakBytes: { forecast($0).peakBytes },
            cost: { work in prices.flatMap { $0.seconds(work) } ?? Double(work.forward) })
    }

    func forecast(_ strategy: Strategy) -> Forecast {
        let footprint = make(strategy, length)
        return Forecast(
            strategy, strategy.schedule(length: length, footprint: footprint, losses: losses), footprint: footprint)
    }

    /// What of it is kept in fewer bits.
    var packing: Packing { shape?.packing ?? [] }
    /// Whether the network's sensitivities can be carried; where only sizes are known what that takes is unknown.
    package var carriesSensitivities: Bool { shape.map { $0.refusal(of: .influence) == nil } ?? false }

    /// Whether the network's steps can be undone; where only sizes are known, whether there is a buffer for it.
    package var undoesSteps: Bool {
        shape.map { $0.refusal(of: .reversible) == nil } ?? (lanes == 1 && make(.full, length).buffer.word > 0)
    }

    /// Whether what a strategy carries forward leaves nothing out in the network; false where only sizes are known.
    func hasExactSensitivities(_ strategy: Strategy) -> Bool {
        shape?.hasExactSensitivities(strategy) ?? false
    }

    /// Prices with those of a strategy's sensitivities.
    func prices(_ prices: CostModel?, carrying sensitivities: Sensitivities?) -> CostModel? {
        guard let shape else { return prices }
        return prices?.carrying(sensitivities, of: shape)
    }

    /// How many lanes go through the sequence.
    var lanes: Int { make(.full, length).lanes }
}
