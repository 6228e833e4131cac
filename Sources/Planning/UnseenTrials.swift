import Glibc
import Quantities
import Schedules
import Shapes
package import Trials

/// Random networks, and random trials of each, that predictions are held against: of all cells and of every family of strategies
/// whose time is predicted from prices, with sizes and parameters that are uniform in their logarithms.
package struct UnseenTrials: Sendable {
    /// Trials of one network.
    package struct Group: Sendable {
        /// Its length and its strategy do not matter.
        package let network: Trial
        package let trials: [Trial]
    }

    package let groups: [Group]

    /// Of one network, whose prices take some seconds to measure.
    package static let ofEach = 20
    /// Of one training step, so that it takes tenths of a second.
    static let mostOperations = 1e10
    static let steps = 16...4096
    /// Of states and records, so that the trials of a network find room next to each other.
    static let largestHolding = 128 << 20

    /// - Parameters:
    ///   - count: how many trials, 1 at least.
    ///   - seed: which.
    package init(count: Int, seed: Int) {
        var draw = Draw(seed: seed)
        groups = stride(from: 0, to: count, by: UnseenTrials.ofEach).map { first in
            let network = draw.network()
            let trials = (first..<min(first + UnseenTrials.ofEach, count)).compactMap { _ in draw.trial(of: network) }
            return Group(network: network, trials: trials)
        }
    }

    /// Random trials of one network.
    ///
    /// - Parameters:
    ///   - count: how many; fewer where none is found.
    ///   - seed: which.
    ///   - operations: that a training step may take.
    package static func trials(of network: Trial, count: Int, seed: Int, operations: Double) -> [Trial] {
        var draw = Draw(seed: seed)
        return (0..<count).compactMap { _ in draw.trial(of: network, operations: operations) }
    }

    private struct Draw {
        var generator: SplitMix64

        init(seed: Int) { generator = SplitMix64(state: UInt64(bitPattern: Int64(seed))) }

        /// Uniform in the logarithm.
        private mutating func number(_ range: ClosedRange<Int>) -> Int {
            let logarithm = Double.random(
                in: log(Double(range.lowerBound))...log(Double(range.upperBound) + 1), using: &generator)
            return min(max(Int(exp(logarithm)), range.lowerBound), range.upperBound)
        }

        /// One of which at least 64 steps can be gone over.
        mutating func network() -> Trial {
            while true {
                let trial = try? Trial(
                    cell: Cell.allCases.randomElement(using: &generator)!, layers: number(1...3),
                    input: number(8...128),
                    hidden: number(16...512), batch: number(1...64),
                    precision: Precision.allCases.randomElement(using: &generator)!)
                if let trial, trial.operationsOfAStep * 64 <= UnseenTrials.mostOperations { return trial }
            }
        }

        /// Nil where none is found within these operations.
        mutating func trial(of network: Trial, operations: Double = mostOperations) -> Trial? {
            let families = Strategy.plannable(
                disk: false, lanes: network.shape.lanes, sensitivities: false,
                undoing: network.shape.refusal(of: .reversible) == nil, packing: network.shape.packing)
            let shortest = max(network.task.leastLength, UnseenTrials.steps.lowerBound)
            let longest = min(UnseenTrials.steps.upperBound, Int(operations / network.operationsOfAStep))
            // A family first: of some, most parameters take too much.
            for _ in 0..<20 {
                let family = families.randomElement(using: &generator)!
                for _ in 0..<50 {
                    var trial = network
                    trial.length = number(shortest...max(shortest, longest))
                    guard let strategy = strategy(family, of: trial) else { continue }
                    trial.strategy = strategy
                    let footprint = trial.footprint
                    guard strategy.infeasibility(length: trial.length, footprint: footprint) == nil else { continue }
                    let demand = trial.demand
                    let steps = Double(demand.work.forward + 2 * demand.work.backward) / 3
                    guard steps * trial.operationsOfAStep <= operations,
                        demand.peakBytes - footprint.constant.total <= UnseenTrials.largestHolding
                    else { continue }
                    return trial
                }
            }
            return nil
        }

        /// One of a family; nil where parameters do not go together.
        private mutating func strategy(_ family: any PlannableFamily.Type, of trial: Trial) -> Strategy? {
            let footprint = trial.footprint
            let parameters = family.signature.parameters.compactMap { parameter -> (name: String, text: String)? in
                guard parameter.isRequired || Bool.random(using: &generator) else { return nil }
                switch parameter.values {
                case .whole: return (parameter.name, String(number(1...trial.length)))
                case .bytes:
                    let least = family.leastBytes(length: trial.length, footprint: footprint) - footprint.constant.total
                    let most = max(least, footprint.lanes * (footprint.state + trial.length * footprint.record))
                    return (parameter.name, Bytes(number(least...most)).exact)
                case .number, .words, .flag, .path: return nil
                }
            }
            return try? Strategy(word: family.word, parameters: parameters)
        }
    }
}

extension Trial {
    /// Operations of the products of one step, forward and backward.
    package var operationsOfAStep: Double {
        let shape = shape
        return Double(shape.forwardFlops) + Double(shape.backwardFlops) + Double(shape.headFlops)
    }
}
