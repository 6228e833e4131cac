import ArgumentParser
import BuildStamp
import Files
import Foundation
import Glibc
import Runner

/// The command line. One file a command.
@main
struct Unroll: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "unroll",
        abstract: "Measures what training a recurrent network takes: memory, time and gradient, strategy by strategy.",
        discussion: """
            Unrolling a network over T steps keeps T records of activations. Truncation and checkpointing keep fewer; \
            unroll says how many bytes that saves, by jemalloc's own count, and what it costs.

              unroll measure --cell lstm --length 512 --strategy segmented
              unroll train --task adding --strategy full --strategy segmented --updates 500
              unroll run experiments/sequence-length.yaml
              unroll compare results/sequence-length
              unroll gauge -- python train.py
              unroll reproduce

            Exit codes: 0 good, 1 a trial failed, a verdict is not the one on record or two sets of results differ, \
            64 wrong usage, 65 bad experiment or results file, 69 something this machine lacks, 74 input/output \
            error, 130 interrupted.
            """,
        version: "\(version), \(BuildStamp.text)",
        subcommands: [
            MeasureCommand.self, TrainCommand.self, InitCommand.self, RunCommand.self, MergeCommand.self,
            ScheduleCommand.self, PlanCommand.self, AdviseCommand.self, GaugeCommand.self, DiagramCommand.self,
            CompareCommand.self,
            HistoryCommand.self, ReportCommand.self, IndexCommand.self, ExportCommand.self, ReproduceCommand.self,
            DoctorCommand.self,
            BenchmarkCommand.self,
        ])

    static func main() {
        // Programs that are gauged have the environment that they would have without.
        _ = Variables.atStart
        // A file that has reached the size it may have is an error to report, here and in the measured process, and no
        // reason to be killed with a line half written.
        signal(SIGXFSZ, SIG_IGN)
        // The last line a measured process leaves on standard error is to be why it failed, not the end of a backtrace.
        setenv("SWIFT_BACKTRACE", "enable=no", 0)
        // OpenBLAS starts a thread for every processor as it is loaded, and does not end where they get no memory; only large
        // products use them, which ask for theirs.
        setenv("OPENBLAS_NUM_THREADS", "1", 1)
        // Commands that hold no guard end at an interrupt all the same.
        InterruptionGuard.unblock()
        Descriptor.reserveStandard()
        StandardOutput.begin()
        var code: Int32 = 0
        let words = Array(CommandLine.arguments.dropFirst())
        if let text = UnknownWord.command(in: words) ?? GivenTwice(in: words)?.text {
            writeError(text)
            Glibc.exit(Exit.usage)
        }
        do {
            var command = try parseAsRoot()
            try reporting { try command.run() }
        } catch {
            code = exitCode(for: error).rawValue
            let text = fullMessage(for: error)
            if !text.isEmpty {
                code == 0 ? print(completed(text)) : writeError(UnknownWord.hinted(text, words) + "\n")
            }
        }
        StandardOutput.finish()
        Glibc.exit(code)
    }
}

extension Build {
    /// Of this program.
    static var this: Build {
        Build(version: Unroll.version, commit: BuildStamp.commit, hasChanges: BuildStamp.hasChanges)
    }
}
