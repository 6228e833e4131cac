import ArgumentParser

/// The command line. One file a command.
@main
struct Unroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unroll",
        abstract: "Measures what training a recurrent network takes: memory, time and gradient, strategy by strategy.",
        discussion: """
            Unrolling a network over T steps keeps T records of activations. Truncation and checkpointing keep fewer; \
            unroll says how many bytes that saves, by jemalloc's own count, and what it costs.

              unroll measure --cell lstm --length 512 --strategy segmented
              unroll run experiments/sequence-length.yaml
              unroll compare results/sequence-length
              unroll reproduce

            Exit codes: 0 good, 1 a trial failed or a claim was not reproduced, 64 wrong usage, 65 bad experiment or \
            results file, 69 something this machine lacks, 74 input/output error, 130 interrupted.
            """,
        version: "0.1.0",
        subcommands: [
            Measure.self, Run.self, ScheduleCommand.self, Compare.self, Reproduce.self, Doctor.self, Benchmark.self,
        ])
}
