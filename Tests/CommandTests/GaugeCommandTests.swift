import Foundation
import Testing
import Trials

/// `unroll gauge`: other people's programs, and what is told of them.
struct GaugeCommandTests {
    /// A report in JSON, and what the program left.
    private func gauge(
        _ scratch: Scratch, _ options: [String], _ command: [String], input: String = ""
    ) throws -> (ending: Ending, report: [String: Any]) {
        let words = ["gauge", "--format", "json", "--output", "gauge.json"] + options + ["--"] + command
        let ending = try scratch.run(Program.unroll.path, words, input: input)
        return (ending, try scratch.json("gauge.json"))
    }

    private static let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")

    /// Compiles the program with known peaks.
    private func known(_ scratch: Scratch, _ options: String...) throws -> String {
        try scratch.write(KnownPeaks.source, to: "known.c")
        let words = ["-O0", "-fno-builtin", "-w", "-pthread", "-o", "known", "known.c"] + options
        let ending = try scratch.run("/usr/bin/cc", words)
        try #require(ending.code == 0, "\(ending)")
        return scratch.path + "/known"
    }

    @Test(
        "A program with a known peak: true to the bound that is told, and to the byte with --exact on one thread",
        .enabled(if: hasCompiler, "there is no /usr/bin/cc"))
    func knownPeaks() throws {
        let scratch = try Scratch()
        let program = try known(scratch)
        for (word, processes) in [("threads", 1), ("realloc", 1), ("mmap", 1), ("fork", 4)] {
            for options in [[], ["--exact"]] {
                let (ending, report) = try gauge(scratch, options, [program, word])
                #expect(ending.code == 0 && ending.complaint.isEmpty)
                let expected = try #require(Int(ending.output.dropLast()))
                let peak = try #require(report["peak_bytes"] as? Int)
                let bound = try #require(report["peak_bound_bytes"] as? Int)
                #expect(report["processes"] as? Int == processes)
                if options.isEmpty {
                    #expect((1...(16 << 10) * 9).contains(bound), "\(word): \(bound)")
                    #expect(abs(peak - expected) <= bound, "\(word): \(peak) of \(expected), ± \(bound)")
                } else {
                    #expect(bound == 0)
                    // What libc keeps of each thread is allocated by malloc as well.
                    let threads = word == "threads" ? 8 * 512 : 0
                    #expect((expected...expected + threads).contains(peak), "\(word): \(peak) of \(expected)")
                }
            }
        }
        // What was before another program took the process's place is the peak, and gone after it.
        let (_, report) = try gauge(scratch, ["--exact"], [program, "exec"])
        let peak = try #require(report["peak_bytes"] as? Int)
        #expect((20 << 20..<21 << 20).contains(peak) && report["processes"] as? Int == 2)
    }

    @Test(
        "Phases by unroll_mark have their own peaks, and all times of one name together",
        .enabled(if: hasCompiler, "there is no /usr/bin/cc"))
    func phases() throws {
        let scratch = try Scratch()
        let (ending, report) = try gauge(scratch, ["--exact"], [known(scratch), "phases"])
        #expect(ending == Ending(0, output: "\(12 << 20)\n"))
        let phases = try #require(report["phases"] as? [[String: Any]])
        #expect(phases.map { $0["name"] as? String } == ["", "forward", "backward"])
        let peaks = phases.map { $0["peak_bytes"] as? Int ?? -1 }
        #expect(peaks[1] == 4 << 20 && peaks[2] == 12 << 20)
        #expect(peaks[0] < 1 << 20)
        let timeline = try #require(report["timeline"] as? [[String: Any]])
        #expect(timeline.compactMap { $0["most_bytes"] as? Int }.max() == 12 << 20)
    }

    @Test(
        "A program that is linked statically has no peak, and a reason",
        .enabled(if: hasCompiler, "there is no /usr/bin/cc"))
    func unseen() throws {
        let scratch = try Scratch()
        let program = try known(scratch, "-static")
        let (ending, report) = try gauge(scratch, [], [program, "realloc"])
        #expect(ending.code == 0 && !ending.output.isEmpty)
        for name in ["peak_bytes", "peak_bound_bytes", "peak_heap_bytes", "peak_mapped_bytes"] {
            #expect(report[name] is NSNull)
        }
        #expect(
            report["notes"] as? [String] == [
                "the program cannot be seen inside: it is linked statically, is set-user-id, or drops LD_PRELOAD"
            ])
    }

    @Test(
        "A line through the peaks of several values, the largest in a budget, and its peak",
        .enabled(if: hasCompiler, "there is no /usr/bin/cc"))
    func vary() throws {
        let scratch = try Scratch()
        let program = try known(scratch)
        let options = ["--exact", "--vary", "pages=1000,2000,5000", "--budget", "40960000", "--check"]
        let (ending, report) = try gauge(scratch, options, [program, "pages", "{pages}"])
        #expect(ending == Ending(0, output: "4096000\n8192000\n20480000\n40960000\n"))
        for name in ["bytes_per_unit", "bytes_per_unit_low", "bytes_per_unit_high"] {
            #expect(abs((report[name] as? Double ?? 0) - 4096) < 1e-6)
        }
        #expect(abs(report["intercept_bytes"] as? Double ?? 1) < 1e-3)
        #expect(report["largest"] as? Int == 10000 && report["largest_peak_bytes"] as? Int == 40_960_000)
        let runs = try #require(report["runs"] as? [[String: Any]])
        #expect(runs.map { $0["pages"] as? Int } == [1000, 2000, 5000])
        #expect(runs.map { $0["peak_bytes"] as? Int } == [4_096_000, 8_192_000, 20_480_000])
        let none = try gauge(scratch, ["--vary", "pages=1,2", "--budget", "1KiB"], [program, "pages", "{pages}"])
        #expect(none.ending.code == 1 && none.report["largest"] is NSNull)
        #expect(none.report["notes"] as? [String] == ["nothing fits in 1.00 KiB"])
        try expect(
            scratch.unroll("gauge", "--vary", "code=0,3", "--", "sh", "-c", "exit {code}"),
            Ending(1, complaint: "unroll: with code 3 it ended with exit code 3\n"))
    }

    @Test("unroll-trial by its own exact counters: two lengths differ by the same bytes, within the bound")
    func ownProgram() throws {
        let scratch = try Scratch()
        var peaks: [(gauge: Int, own: Int)] = []
        var bounds = 0
        // Above what its own self-test takes, in few steps: of each the program's books are no tensor's bytes. Of the heap alone.
        for length in [32, 64] {
            let words = [
                Program.trial.path, "measure", "cell=lstm", "strategy=full", "inputs=resident", "hidden=16",
                "batch=1024",
                "length=\(length)",
            ]
            let (ending, report) = try gauge(scratch, [], words, input: "go\n")
            let line = try #require(ending.output.split(separator: "\n").last)
            let own = try #require(Measurement(line: String(line))?[.peakBytes]?.number)
            peaks.append((try #require(report["peak_heap_bytes"] as? Int), Int(own)))
            bounds += try #require(report["peak_bound_bytes"] as? Int)
        }
        let gap = (peaks[1].gauge - peaks[0].gauge) - (peaks[1].own - peaks[0].own)
        #expect(abs(gap) <= bounds, "\(peaks), off by \(gap), ± \(bounds)")
    }

    @Test("Sites have names of functions")
    func sites() throws {
        let words = [Program.trial.path, "blocks", "threads=2", "count=4", "bytes=1MiB"]
        let report = try gauge(Scratch(), ["--sites"], words).report
        let sites = try #require(report["sites"] as? [[String: Any]])
        #expect(sites.contains { ($0["frames"] as? String ?? "").contains(" unroll-trial") })
        #expect(sites.contains { $0["peak_bytes"] as? Int ?? 0 >= 1 << 20 })
    }

    @Test("Output, exit code and environment are the program's own")
    func untouched() throws {
        let scratch = try Scratch()
        try scratch.write("text\n", to: "not-executable")
        for (words, code, output) in [
            (["sh", "-c", "cat; exit 7"], 7, "in\n"), (["sh", "-c", "kill -KILL $$"], 128 + SIGKILL, ""),
            (["true"], 0, ""),
        ] as [([String], Int32, String)] {
            let (ending, report) = try gauge(scratch, [], words, input: "in\n")
            expect(ending, Ending(code, output: output))
            #expect(report["exit_code"] as? Int == Int(code))
        }
        for (word, code, reason) in [
            ("no-such-program", 127, "No such file or directory"), ("./not-executable", 126, "Permission denied"),
        ] as [(String, Int32, String)] {
            try expect(
                scratch.unroll("gauge", "--", word),
                Ending(code, complaint: "unroll: cannot start \(word): \(reason)\n"))
        }
        let names = ["LD_PRELOAD=", "UNROLL_GAUGE_PAGE=", "_="]
        func variables(_ text: String) -> Set<Substring> {
            Set(text.split(separator: "\n").filter { line in !names.contains { line.hasPrefix($0) } })
        }
        let plain = try scratch.run("/usr/bin/env", [])
        #expect(try variables(gauge(scratch, [], ["/usr/bin/env"]).ending.output) == variables(plain.output))
    }

    @Test("A signal to the gauge is the program's, and progress is told")
    func signals() throws {
        let scratch = try Scratch()
        let script = "trap 'exit 9' TERM; touch ready; while :; do sleep 0.05; done"
        let running = try scratch.start(["gauge", "--progress", "--format", "csv", "--", "sh", "-c", script])
        #expect(wait { scratch.exists("ready") })
        usleep(1_200_000)
        running.signal(SIGTERM)
        let ending = try running.wait()
        #expect(ending.code == 9 && ending.output.isEmpty)
        let lines = ending.complaint.split(separator: "\n").map(String.init)
        #expect(lines.count >= 3 && lines[0].hasPrefix("unroll: 1 s, "))
        #expect(
            lines.suffix(2).first
                == "peak_bytes,peak_bound_bytes,peak_heap_bytes,peak_mapped_bytes,peak_rss_bytes,allocations,processes,"
                + "most_threads,seconds,exit_code")
        #expect(lines.last?.hasSuffix(",9") == true)
    }

    @Test(
        "Wrong words",
        arguments: [
            ("gauge", "no program is named; it comes after '--': unroll gauge -- python train.py"),
            ("gauge --rate 0 -- true", "'rate' is '0'; allowed: a whole number from 1 to 1000"),
            ("gauge --budget 1MiB -- true", "'--budget' goes with '--vary'"),
            ("gauge --check --vary n=1,2 -- echo {n}", "'--check' goes with '--budget'"),
            ("gauge --vary n=1,2 -- echo", "no word of the program has '{n}', which '--vary' is to replace"),
            (
                "gauge --vary n=1,1 -- echo {n}",
                "The value 'n=1,1' is invalid for '--vary <name=value,…>': 'vary' is 'n=1,1'; allowed: a name and two or "
                    + "more different whole numbers, such as length=256,512,1024"
            ),
        ])
    func wrongWords(words: String, error: String) throws {
        let scratch = try Scratch()
        let ending = try scratch.run(Program.unroll.path, words.split(separator: " ").map(String.init))
        #expect(ending.code == 64 && ending.output.isEmpty)
        #expect(ending.complaint.split(separator: "\n").first == "Error: \(error)", "\(ending)")
        #expect(scratch.contents == [])
    }
}
