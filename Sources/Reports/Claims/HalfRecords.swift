import Quantities
import Schedules
import Shapes
import Trials
import Vectors

extension Claim {
    /// I2: two bytes a number.
    package static let halfRecords = Claim(
        id: "I2", short: "bfloat16 records take half",
        source: "derived here",
        cited: "derived here",
        statement: "Records in bfloat16 take half the bytes of Float's, and the gradient is off by about 2⁻⁹.",
        published: "derived here: half the bytes; the unit roundoff of bfloat16 is 2⁻⁹",
        convention:
            "bytes of records at their peak under full unrolling, less the state that entered them and the head's outputs, "
            + "which are kept as they are; sizes are such that the allocator rounds none up, or both alike",
        experiments: [experiment],
        trust: "D",
        tolerance: "half exactly; gradient error at most 2⁻⁷",
        known: .reproduced,
        needs: [.recordsBytes, .gradientRelativeError],
        concerns: {
            $0.trial.strategy == .full && $0.trial.precision == .float
                && [.native, .bfloat16].contains($0.trial.records)
        },
        judgement: { evidence in
            .deciding(evidence.networks(experiment, over: [.records]).map(judgeHalf), farthestFrom: 0)
        })

    private static let experiment = "half-records"

    private static func judgeHalf(_ rows: [Row]) -> Verdict {
        /// Of the records proper.
        func bytes(_ format: RecordFormat) -> Double? {
            let own = rows.filter { $0.trial.records == format }
            guard let trial = own.first?.trial, let all = own.largest(.recordsBytes) else { return nil }
            let outputs =
                trial.shape.recordsOutputs
                ? trial.length * trial.batch * trial.outputs * trial.precision.bytes : 0
            return all - Double(trial.footprint.state + outputs)
        }
        let network = rows[0].trial.network
        guard let native = bytes(.native), let half = bytes(.bfloat16),
            let error = rows.filter({ $0.trial.records == .bfloat16 }).largest(.gradientRelativeError)
        else { return Verdict(.inconclusive, "no rows of both, of \(network)") }
        return Verdict(
            2 * half == native && error <= 0x1p-7 ? .reproduced : .notReproduced,
            "\(plain(half / native)) of the bytes, gradient error \(Table.scientific(error)) (\(network))", value: error
        )
    }
}
