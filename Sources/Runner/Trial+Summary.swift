import Shapes
package import Trials

extension Trial {
    /// The factors that tell trials of a sweep apart on sight.
    package var summary: String {
        "\(cell.rawValue) T=\(length) H=\(hidden) B=\(batch) \(strategyAsChosen)"
            + (engine == .unroll ? "" : " by \(engine.rawValue)")
    }
}
