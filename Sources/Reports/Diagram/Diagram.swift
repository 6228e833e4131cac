package import Schedules

/// The unrolled network as a picture: inputs, states and outputs of every step, the one set of weights they share, and what
/// is in memory at a moment of the schedule.
///
/// Drawn by ourselves: no plotting program has this figure.
package struct Diagram: Sendable {
    package let strategy: Strategy
    /// With what the strategy chose.
    private let shown: String
    package let layers: Int
    let link: StateLink
    let moments: [Moment]
    let cuts: [Cut]
    let length: Int

    /// Columns beyond these could not be told apart at the width of a page.
    package static let longest = 32
    package static let mostLayers = 4

    /// - Parameters:
    ///   - length: T, 1 to ``longest``.
    ///   - layers: 1 to ``mostLayers``.
    ///   - footprint: the sizes that the strategy goes by; without a model, a saved state and a record count the same.
    ///   - link: of the model's cell; without one, a cell that the strategy is for, with U.
    package init(
        _ strategy: Strategy, length: Int, layers: Int, footprint: Footprint = .counting, link: StateLink? = nil
    ) {
        precondition((1...Diagram.longest).contains(length) && (1...Diagram.mostLayers).contains(layers))
        self.strategy = strategy
        self.layers = layers
        self.length = length
        self.link =
            link ?? StateLink(hasProduct: true, isReversible: strategy.traits.contains(.undoesSteps))
        shown = strategy.asChosen(length: length, footprint: footprint)
        let schedule = strategy.schedule(length: length, footprint: footprint)
        moments = Moment.all(of: schedule)
        cuts = Cut.all(of: schedule)
    }

    /// What is drawn: `segmented (length 4), T = 12, unrolled`.
    package var title: String { "\(shown), T = \(length), unrolled" }

    /// Actions of the schedule; a moment can be shown after each, and before the first.
    package var actions: Int { moments.count - 1 }

    /// The index of the action after which the most is in memory first.
    package var peak: Int {
        let most = moments.map(\.size).max() ?? 0
        return max(0, (moments.firstIndex { $0.size == most } ?? 0) - 1)
    }
}
