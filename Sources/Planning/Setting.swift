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
    /// Whether the network is a variant whose gradient no strategy makes exact.
    let changesGradient: Bool
    private let losses: LossPlacement
    private let make: @Sendable (Strategy, Int) -> Footprint

    /// - Parameter trial: its strategy does not matter.
    package init(_ trial: Trial) {
        length = trial.length
        changesGradient = trial.variant.changesGradient
        losses = trial.losses
        make = { strategy, length in
            var other = trial
            (other.strategy, other.length) = (strategy, length)
            // What gives no gradient to train by is one step that changes no parameter.
            if !strategy.isPlannable { other.updates = 0 }
            return other.footprint
        }
    }

    /// A setting in which sizes are the same for all strategies and lengths.
    package init(length: Int, footprint: Footprint) {
        self.length = length
        changesGradient = false
        losses = .newest
        make = { _, _ in footprint }
    }

    /// The sizes under a strategy, over this length or another.
    package func footprint(_ strategy: Strategy, length: Int? = nil) -> Footprint {
        make(strategy, length ?? self.length)
    }

    /// The strategy of this name that needs the fewest bytes, and how many.
    package func smallest(_ name: String, length: Int? = nil) -> (strategy: Strategy, bytes: Int) {
        let length = length ?? self.length
        let strategy = Strategy.smallest(name, length: length, footprint: make(.full, length))
        return (strategy, Strategy.leastBytes(name, length: length, footprint: make(strategy, length)))
    }

    func forecast(_ strategy: Strategy) -> Forecast {
        let footprint = make(strategy, length)
        return Forecast(
            strategy, strategy.schedule(length: length, footprint: footprint, losses: losses), footprint: footprint)
    }

    /// How many tracks go through the sequence.
    var tracks: Int { make(.full, length).tracks }
}
