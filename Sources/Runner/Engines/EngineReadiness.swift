import Experiments
package import Quantities
import Schedules
import Shapes
package import Trials

/// Whether an engine that comes with the sources can measure here: it makes a training step of a few bytes, whose loss must be
/// unroll's.
package enum EngineReadiness: Hashable, Sendable {
    /// What the step took above weights, gradients and inputs.
    case ready(Bytes)
    /// What is not there, and the command that makes it.
    case missing(String)
    case failed(String)

    /// What a program may take to load its framework and to make the step.
    private static let limit = Duration.seconds(120)

    package init(_ engine: Engine.Shipped, own program: TrialProgram, children: Children) {
        var trial = Trial.usual
        (trial.input, trial.hidden, trial.batch, trial.length) = (4, 8, 2, 8)
        (trial.inputs, trial.engine) = (.resident, .shipped(engine))
        let programs: [Engine: EngineProgram]
        do throws(RunError) {
            programs = try [trial].engines(own: program)
        } catch {
            self = .missing(error.description)
            return
        }
        let experiment = Experiment(
            name: "doctor", trials: [trial], repetitions: 1, limits: Limits(time: EngineReadiness.limit))
        var rows: [Row] = []
        Sweep(experiment, trials: [trial], program: program, engines: programs, children: children)
            .run { (row) throws(Never) in rows.append(row) }
        switch rows.first {
        case let row? where row.status == .ok: self = .ready(Bytes(Int(row[.stepBytes] ?? 0)))
        case let row?: self = .failed(row.message)
        case nil: self = .failed("interrupted")
        }
    }
}
