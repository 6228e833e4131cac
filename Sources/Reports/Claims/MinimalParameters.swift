import Memory
import Quantities
import Schedules
import Shapes
import Trials

extension Claim {
    /// K1: gates that do not see the state have no matrix for it.
    package static let minimalParameters = Claim(
        id: "K1", short: "minimal cells' parameters",
        source: "Feng, Tung, Ahmed, Bengio & Hajimirsadeghi, Were RNNs all we needed?, arXiv 2410.01201, 2024",
        cited: "Feng 2024",
        statement: "Without U, and with a gate less, minGRU and minLSTM have a fraction of the GRU's and the LSTM's "
            + "parameters, and the smaller a one the wider the state is.",
        published:
            "derived here, H = α D: minGRU/GRU 2/(3(1 + α)), 33, 22, 17, 13 % at α 1…4; minLSTM/LSTM 3/(4(1 + α))",
        convention:
            "the layer's matrices, without biases and head; rows: measured bytes of all weights, less the size classes of "
            + "those that are no matrix of the layer; table: elements, α 1…4",
        experiments: [sizes],
        trust: "D+M",
        tolerance: "exactly",
        known: .reproduced,
        needs: [.weightsBytes],
        concerns: { row in row.trial.layers == 1 && pairs.contains { [$0.minimal, $0.full].contains(row.trial.cell) } },
        judgement: { evidence in .both(table, judge(evidence.networks(sizes, over: [.cell]))) })

    private static let sizes = "minimal-cells"

    /// A cell, the one it is made from, and their matrices of [H, D] or [H, H]: of the full one there is an [H, H] for each [H, D].
    private static let pairs: [(minimal: Cell, full: Cell, gates: (minimal: Int, full: Int))] = [
        (.mingru, .gru, (2, 3)), (.minlstm, .lstm, (3, 4)),
    ]

    private static let table: Verdict = {
        var shown: [String] = []
        for pair in pairs {
            var shares: [String] = []
            for alpha in 1...4 {
                func elements(_ cell: Cell) -> Int {
                    let shape = Shape(
                        cell: cell, layers: 1, input: 64, hidden: alpha * 64, outputs: 1, batch: 1, precision: .float)
                    return matrices(of: shape).reduce(0) { $0 + $1.elements }
                }
                let counts = (minimal: elements(pair.minimal), full: elements(pair.full))
                let share = 100 * Double(counts.minimal) / Double(counts.full)
                guard counts.minimal * pair.gates.full * (1 + alpha) == counts.full * pair.gates.minimal else {
                    return Verdict(.notReproduced, "\(pair.minimal) at α \(alpha): \(share) %", value: share)
                }
                shares.append(Table.fixed(share, 0))
            }
            shown.append("\(pair.minimal.name)/\(pair.full.name) \(shares.joined(separator: ", ")) %")
        }
        return Verdict(.reproduced, "\(shown.joined(separator: "; ")) at α 1…4", value: 0)
    }()

    /// W, and U where there is one, of the first layer.
    private static func matrices(of shape: Shape) -> [Tensor] {
        let names = shape.cell.parameters.filter { [.inputMatrix, .hiddenMatrix].contains($0.use) }
            .map { Layout.name($0.name, of: 0) }
        return weights(of: shape).filter { names.contains($0.name) }
    }

    private static func weights(of shape: Shape) -> [Tensor] {
        Layout(shape, residentSteps: 0, length: 1).tensors.filter { $0.role == .weights }
    }

    /// What the layer's matrices have been measured to take.
    private static func matrixBytes(of row: Row) -> Int? {
        guard let all = row[.weightsBytes] else { return nil }
        let shape = row.trial.shape
        let own = Set(matrices(of: shape).map(\.name))
        return weights(of: shape).filter { !own.contains($0.name) }.reduce(Int(all)) {
            $0 - $1.copies * Heap.usableSize($1.elements * shape.precision.bytes)
        }
    }

    /// Networks that differ in their cell alone.
    private static func judge(_ networks: [[Row]]) -> Verdict {
        var shown: [String] = []
        var farthest = 0.0
        for rows in networks {
            let (hidden, input) = (rows[0].trial.hidden, rows[0].trial.input)
            for pair in pairs {
                func bytes(_ cell: Cell) -> [Int] {
                    rows.filter { $0.trial.cell == cell }.compactMap(matrixBytes).orderedSet
                }
                for (minimal, full) in bytes(pair.minimal).flatMap({ one in bytes(pair.full).map { (one, $0) } }) {
                    let predicted = Double(pair.gates.minimal * input) / Double(pair.gates.full * (input + hidden))
                    let share = Double(minimal) / Double(full)
                    if minimal * pair.gates.full * (input + hidden) != full * pair.gates.minimal * input {
                        farthest = max(farthest, abs(share - predicted))
                    }
                    shown.append("\(pair.minimal) \(Table.fixed(100 * share, 1)) % (D \(input), H \(hidden))")
                }
            }
        }
        guard shown.count >= 4 else {
            return Verdict(.inconclusive, "only \(counted(shown.count, "pair")) of a cell and its minimal one")
        }
        let text = "measured: \(shown.joined(separator: ", "))"
        return Verdict(farthest == 0 ? .reproduced : .notReproduced, text, value: farthest)
    }
}
