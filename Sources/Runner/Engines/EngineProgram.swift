import CGauge
import Experiments
import Glibc
import Quantities
package import Trials

/// The program of another engine: it is asked as unroll-trial is, counted by the gauge of programs, and stopped while others are
/// measured, for threads that wait for work may spin.
package struct EngineProgram: Sendable {
    /// The program, and what it gets before `measure`.
    let words: [String]
    /// unroll-trial, which becomes the program once it is sure to end with this process.
    let launcher: String
    let library: String
    /// The files that the program is made of.
    let files: [String]

    /// The same for the same program.
    ///
    /// - Throws: ``RunError/unreadable(program:)``.
    func fingerprint() throws(RunError) -> String {
        var all = ""
        for file in files {
            guard let one = Fingerprint.ofFile(file) else { throw .unreadable(program: file) }
            all += one + "\n"
        }
        return Fingerprint.of(all)
    }

    /// Starts measuring a trial. The program gets the trial's factors, the engine aside, and the warm-up where a number of steps
    /// was asked for; its environment is the user's, without a setting of any allocator.
    ///
    /// - Throws: ``SpawnError``; also where no memory can be shared with it.
    package func measure(_ trial: Trial, warmup: Int?, children: Children) throws(SpawnError) -> TrialProcess {
        let gauge: EngineGauge
        do throws(RunError) {
            gauge = try EngineGauge()
        } catch {
            throw SpawnError(executable: words[0], reason: error.description)
        }
        let factors = trial.ignoring([.engine]).words + (warmup.map { ["warmup=\($0)"] } ?? [])
        return try TrialProcess(
            executable: launcher, arguments: ["attend"] + words + ["measure"] + factors,
            outputs: [], gauge: gauge, variables: gauge.variables(library: library), children: children)
    }
}

/// The live bytes of another engine's program and all that it starts, read while it is stopped.
final class EngineGauge {
    private var page: GaugePage
    /// Live when a step began: weights, gradients, inputs, and whatever else the program keeps.
    private var before = 0

    /// - Throws: ``RunError`` where the system has no memory that could be shared.
    init() throws(RunError) { page = try GaugePage(slack: GaugeOptions.slack, takesSites: false) }

    /// What the program is started with: the user's, and `UNROLL`, the path of unroll, which prints schedules.
    func variables(library: String) -> Variables {
        let user = Variables.atStart.setting("UNROLL", to: "\(TrialProgram.directory ?? ".")/unroll")
        return user.setting("UNROLL_PRELOAD", to: GaugeLibrary.preloaded(library, before: user))
            .setting(UNROLL_GAUGE_VARIABLE, to: page.path).setting("UNROLL_PARENT", to: "\(getpid())")
    }

    /// A step begins.
    func begin() {
        page.endTheDead()
        _ = page.takeBucket()
        before = page.live.count
    }

    /// A step has ended: adds what it took at most to its figures. Where the program cannot be seen inside, what it says itself
    /// stands.
    func end(_ measurement: inout Measurement) {
        let most = page.takeBucket().most.count
        guard page.processes > 0, page.allocations > 0 else { return }
        measurement[.stepBytes] = .integer(max(0, most - before))
    }
}
