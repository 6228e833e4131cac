import Foundation
import Testing

/// `unroll doctor` and `unroll benchmark`: structure alone, for figures are the machine's.
struct MachineCommandTests {
    @Test("The doctor finds what the tests need")
    func doctor() throws {
        let ending = try Scratch().unroll("doctor", "--format", "json")
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let rows = try objects(ending.output)
        let what = rows.compactMap { $0["what"] as? String }
        for name in [
            "unroll", "processor", "memory", "kernel", "gauges", "gauge of programs", "kernels", "jemalloc", "BLAS",
            "large products", "multiply-adds",
        ] + (ProcessInfo.processInfo.activeProcessorCount > 1 ? ["barrier latency"] : []) {
            #expect(what.contains(name))
        }
        for row in rows {
            #expect(Set(row.keys) == ["what", "found", "state"])
            if row["what"] as? String == "gauges" {
                #expect(row["found"] as? String == "a spike of 2.00 MiB seen by every gauge that is readable")
            }
            if ["gauges", "gauge of programs", "jemalloc", "BLAS"].contains(row["what"] as? String) {
                #expect(row["state"] as? String == "ok")
            }
            // Were these not heard, every step would fault its pages in anew.
            if let found = row["found"] as? String, found.contains("config.stats") {
                for option in ["dirty_decay_ms=-1", "muzzy_decay_ms=-1", "lg_extent_max_active_fit=30"] {
                    #expect(found.contains("opt.\(option)"))
                }
            }
        }
    }

    @Test("What gauges cost: a line for each cell and strategy")
    func gauges() throws {
        let words = ["benchmark", "--gauges", "--rounds", "2", "--length", "4", "--hidden", "16", "--batch", "2"]
        let ending = try Scratch().run(Program.unroll.path, words + ["--threads", "1", "--format", "csv"])
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let table = ending.table
        #expect(
            table.first == [
                "work", "gauges_seconds", "bare_seconds", "more_percent", "more_percent_low", "more_percent_high",
            ])
        #expect(table.count == 7 && table.dropFirst().allSatisfy { Double($0[3]) != nil })
    }

    @Test("The benchmark: a line for multiply-adds, one for large products, one for each cell")
    func benchmark() throws {
        let scratch = try Scratch()
        let words = [
            "benchmark", "--rounds", "1", "--length", "4", "--hidden", "16", "--batch", "2", "--threads", "1",
            "--strategy",
            "forward",
        ]
        let ending = try scratch.run(Program.unroll.path, words + ["--format", "csv"])
        #expect(ending.code == 0 && ending.complaint.isEmpty)
        let lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines.first == "work,gflops,share,share_low,share_high,register_share")
        let table = cells(lines.dropFirst().joined(separator: "\n"))
        #expect(
            table.map { $0[0] } == ["multiply-adds", "products 2048³", "elman forward", "lstm forward", "gru forward"])
        for (index, fields) in table.enumerated() {
            #expect((Double(fields[1]) ?? 0) > 0)
            #expect(fields[2].isEmpty == (index <= 1) && fields[5].isEmpty == (index == 0))
        }
    }

    @Test("The roofline: a line for each limit of the machine, one for each step, under the same columns in every form")
    func roofline() throws {
        let scratch = try Scratch()
        let words = "benchmark --roofline --rounds 1 --length 4 --hidden 128 --batch 2 --threads 1 --output r.csv"
        let ending = try scratch.run(
            Program.unroll.path, words.split(separator: " ").map(String.init) + ["--plot", "r.svg", "--format", "csv"])
        #expect(ending.code == 0, "\(ending)")
        #expect(try scratch.read("r.csv") == ending.output)
        let table = ending.table
        let header = try #require(table.first)
        func column(_ name: String) -> [String] {
            let index = header.firstIndex(of: name) ?? header.count
            return table.dropFirst().map { index < $0.count ? $0[index] : "?" }
        }
        // Some machines do not tell of their caches.
        let caches = column("work").filter { $0.hasPrefix("reading L") }
        #expect(caches.isEmpty == !ending.complaint.isEmpty)
        let steps = ["elman", "lstm", "gru"].flatMap { [($0, "64"), ($0, "128")] }
        #expect(
            column("work") == ["multiply-adds"] + caches + ["reading memory"] + steps.map { "\($0.0) full" })
        let limits = caches.count + 2
        #expect(Array(column("hidden").dropFirst(limits)) == steps.map(\.1))
        #expect(column("gigabytes").dropFirst().allSatisfy { (Double($0) ?? 0) > 0 })
        #expect(column("share").prefix(limits).allSatisfy { $0.isEmpty })
        for (place, share) in column("share").enumerated().dropFirst(limits) where !caches.isEmpty {
            let (rate, roof) = (Double(column("gflops")[place]), Double(column("roof_gflops")[place]))
            let found = try #require(Double(share))
            #expect(found > 0 && found.isFinite)
            #expect(abs(found - (try #require(rate) / #require(roof))) < 1e-9 * found)
            #expect(
                (caches.map { String($0.dropFirst(8)) } + ["memory", "registers"]).contains(column("limit")[place]))
        }
        // What is drawn is held against the values by the program itself.
        let picture = try scratch.read("r.svg")
        for text in ["Elman", "LSTM", "GRU", "registers", "FLOP a byte", ">B 2<"] {
            #expect(picture.contains(text), "\(text)")
        }
    }
}
