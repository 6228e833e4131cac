import Schedules
import Shapes
import Trials

extension Claim {
    /// A3: beyond some length the records outweigh the weights.
    package static let activationsOutweighWeights = Claim(
        id: "A3", short: "activations overtake weights",
        source: "A Gentle Introduction to RNN Unrolling; Diamos et al., Persistent RNNs, ICML 2016",
        cited: "Diamos 2016",
        statement:
            "Unrolled over hundreds of steps, the activations of a recurrent network take many times the memory of "
            + "its weights.",
        published: "Elman, T 3000, H 1760, B 64: activations 1.3 GB, weights 12.3 MB, 109×",
        convention:
            "T*, where the records of full unrolling weigh what the weights do, on a line between the two lengths "
            + "measured around it, over parameters/(a_i·H·B·L), a_i = 1, 5, 4 values kept a unit and step for Elman, LSTM, "
            + "GRU; 109: T·H·B activations over H·H recurrent weights, by formula",
        experiments: [experiment],
        trust: "V/D",
        tolerance: "T* ±10 %; 109 by formula",
        known: .reproduced,
        needs: [.recordsBytes, .weightsBytes],
        concerns: { $0.trial.strategy == .full },
        judgement: { evidence in
            let networks = evidence.networks(experiment, over: [.length])
            return .both(judgeDiamos(), .deciding(networks.map(judgeCrossing), farthestFrom: 1))
        })

    private static let experiment = "records-and-weights"

    /// The published network, which no experiment needs to run: both sides are products of its dimensions.
    private static func judgeDiamos() -> Verdict {
        let shape = Shape(
            cell: .elman, layers: 1, input: 1760, hidden: 1760, outputs: 1, batch: 64, precision: .float)
        let ratio = Double(3000 * shape.recordElements) / Double(shape.columns * shape.hidden)
        return Verdict(
            ratio.rounded() == 109 ? .reproduced : .notReproduced, "\(Table.fixed(ratio, 1))× by formula", value: ratio)
    }

    private static func judgeCrossing(_ rows: [Row]) -> Verdict {
        let trial = rows[0].trial
        let points = rows.compactMap { row -> (length: Double, excess: Double)? in
            guard let records = row[.recordsBytes], let weights = row[.weightsBytes] else { return nil }
            return (Double(row.trial.length), records - weights)
        }
        guard let below = points.filter({ $0.excess <= 0 }).max(by: { $0.length < $1.length }),
            let above = points.filter({ $0.excess > 0 }).min(by: { $0.length < $1.length }), below.length < above.length
        else { return Verdict(.inconclusive, "no lengths around T* of \(trial.network)") }
        let crossing =
            below.length - below.excess * (above.length - below.length) / (above.excess - below.excess)
        let shape = trial.shape
        let predicted = Double(shape.parameterCount) / Double(shape.layers * shape.recordElements)
        let quotient = crossing / predicted
        return Verdict(
            (0.9...1.1).contains(quotient) ? .reproduced : .notReproduced,
            "T* \(Table.fixed(crossing, 1)), \(Table.fixed(quotient, 3)) of predicted (\(trial.network))",
            value: quotient)
    }
}

extension Shape {
    /// Weights and biases, the head's included, nothing padded.
    fileprivate var parameterCount: Int {
        (0..<layers).reduce(outputs * (features + 1)) { sum, layer in
            cell.parameters.reduce(sum) { sum, parameter in
                switch parameter.use {
                case .inputMatrix: sum + columns * width(of: layer)
                case .hiddenMatrix: sum + columns * recurrentWidth
                case .inputBias, .hiddenBias: sum + columns
                case .units: sum + hidden
                case .projection: sum + hidden * stateWidth
                }
            }
        }
    }
}
