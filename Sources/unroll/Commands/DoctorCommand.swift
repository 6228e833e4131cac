import ArgumentParser
import BuildStamp
import Experiments
import Foundation
import Machine
import Memory
import Quantities
import Reports
import Runner
import Trials

struct DoctorCommand: TablePrinting {
    static let tables = [ColumnList("Columns", Finding.columns.map(\.column))]

    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says what this machine has and lacks, and tests the gauges.",
        discussion: """
            The measuring process holds every gauge against a spike of known size; 'unroll gauge' is held against a program \
            that allocates a known number of bytes on two threads. The process also times the rates that training can \
            be held against: large products by BLAS, copies of memory, and multiply-adds in registers, which nothing exceeds. \
            Of two threads it times how long they take to meet: how soon one reads what the other has written. PyTorch and JAX, \
            where they are there, make a training step whose loss must be unroll's.
            """)

    @Option(help: "How to show it.") var format: Table.Rendering = .table
    @OptionGroup var options: TableOptions

    /// What the machine has of one kind.
    private struct Finding {
        let what: String
        let found: String
        let state: String

        static let columns: [ColumnDefinition<Finding>] = [
            ColumnDefinition("what", .text, "What was looked at.") { $0.what },
            ColumnDefinition("found", .text, "What is there.", rank: 0) { $0.found },
            ColumnDefinition("state", .text, "Whether that will do.", rank: 0) { $0.state },
        ]
    }

    func validate() throws { try options.expect(among: Finding.columns.map(\.column)) }

    func run() throws {
        var findings: [Finding] = []
        func add(_ what: String, _ found: String, _ state: String = "ok") {
            findings.append(Finding(what: what, found: found, state: state))
        }
        add("unroll", "\(Unroll.version), \(BuildStamp.text)")
        add("processor", "\(Host.cpuModel ?? "unknown"), \(Host.cores) cores")
        let limits = SystemLimits()
        for (index, limit) in limits.memory.enumerated() {
            add(index == 0 ? "memory" : "", "\(Bytes(limit.value)) (\(limit.source))")
        }
        add("processors for threads", "\(limits.processors.value) (\(limits.processors.source))")
        if let tasks = limits.tasks { add("processes and threads", "\(tasks.value) (\(tasks.source))") }
        if let files = limits.descriptors { add("open files", "\(files.value) (\(files.source))") }
        add("kernel", Host.kernel)

        var isLacking = false
        let program = try trialProgram()
        let children = Children()
        do {
            let answers = try program.probe(children: children)
            add("gauges", "a spike of \(Bytes(SelfTest.spike)) seen by every gauge that is readable")
            add("kernels", answers["kernels"] ?? "unknown")
            add("bfloat16", answers["bfloat16"].map { "products by \($0)" } ?? "unknown")
            add("jemalloc", answers["jemalloc_version"] ?? "unknown")
            add("", answers["jemalloc_configuration"] ?? "")
            if answers["blas_version"] == "none" {
                isLacking = true
                let missing = "missing: training goes without, large products do not"
                add("BLAS", answers["blas_configuration"] ?? "", missing)
            } else {
                add("BLAS", answers["blas_version"] ?? "unknown")
                add("", answers["blas_configuration"] ?? "")
            }
            let resident = answers["resident_peak"] ?? "not readable"
            add(
                "peak resident memory", resident,
                resident == "readable"
                    ? "ok" : "missing: peak_rss_bytes stays empty; /proc/self/clear_refs is not writable")
        } catch {
            isLacking = true
            add("gauges", error.message, "missing: apt-get install libjemalloc-dev, then build again")
        }
        do {
            let test = try GaugeSelfTest(program)
            add(
                "gauge of programs",
                "\(test.expected) more on \(GaugeSelfTest.threads) threads seen as \(test.found), ± \(test.bound)",
                test.isPassed ? "ok" : "failed: what 'unroll gauge' says is not to be trusted here")
            if !test.isPassed { isLacking = true }
        } catch {
            isLacking = true
            add("gauge of programs", "\(error)", "missing: 'unroll gauge' does not work")
        }
        do {
            for threads in isLacking ? [] : Set([1, Host.cores]).sorted() {
                let rate = try Throughput.products(program, threads: threads, rounds: 5, children: children)
                add(
                    "large products",
                    String(format: "%.1f GFLOP/s", rate / 1e9)
                        + " on \(threads) thread\(threads == 1 ? "" : "s") (2048³, Float, median of 5)")
                let most = try Throughput.multiplyAdds(program, threads: threads, rounds: 5, children: children)
                add(
                    "multiply-adds",
                    String(format: "%.1f GFLOP/s", most / 1e9)
                        + " on \(threads) thread\(threads == 1 ? "" : "s") (in registers, Float, median of 5)")
                let copies = try Throughput.copies(program, threads: threads, rounds: 5, children: children)
                add(
                    "memory",
                    String(format: "%.1f GB/s", copies / 1e9) + " on \(threads) thread\(threads == 1 ? "" : "s")"
                        + " (read and written, copying \(Roofline.copied), median of 5)")
            }
            if !isLacking, Host.cores > 1 {
                let latency = try Throughput.barrierLatency(program, threads: 2, rounds: 15, children: children)
                add(
                    "barrier latency",
                    String(format: "%.0f ns between two threads", latency.median * 1e9)
                        + String(format: " (median of 15; the longest %.0f ns: ", latency.most * 1e9)
                        + "where it varies, so do times on two threads)")
            }
        } catch {
            isLacking = true
            let reason = (error as? TrialFailure)?.message ?? "\(error)"
            add("large products", reason, "missing: they could not be timed")
        }
        for engine in isLacking ? [] : Engine.Shipped.allCases {
            let name = "engine \(engine.rawValue)"
            switch EngineReadiness(engine, own: program, children: children) {
            case .ready(let step): add(name, "a training step with unroll's loss, in \(step)")
            // Nothing else needs it.
            case .missing(let reason, let remedy): add(name, reason, "missing: \(remedy)")
            case .failed(let reason):
                isLacking = true
                add(name, reason, "failed: it measures nothing")
            }
        }
        try options.show(Table(findings, columns: Finding.columns), as: format)
        if isLacking { throw ExitCode(Exit.lacking) }
    }
}
