import CaseLists
import Foundation
import Testing

/// `unroll plan --max-gradient-error`: records and states in fewer bits, as near as is allowed.
struct PlanFormatsTests {
    private static let network = [
        "plan", "--cell", "elman", "--input", "4", "--hidden", "32", "--batch", "8", "--length", "100", "--offline",
    ]

    private func objects(_ words: [String]) throws -> [String: Any] {
        let ending = try Scratch().run(Program.unroll.path, PlanFormatsTests.network + words + ["--format", "json"])
        return try #require(
            try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any], "\(ending)")
    }

    /// With three tenths of full unrolling's records too few: records in fewer bits go before steps that are run again, those that are off by least; what
    /// is planned has its bytes and its error.
    @Test func chosenMeasuredAndVerified() throws {
        let plain = try objects(["--strategy", "full"])
        let full = try #require((plain["strategies"] as? [[String: Any]])?.first)
        let peak = try #require(full["predicted_peak_bytes"] as? Int)
        #expect(full["records"] == nil && full["gradient_error"] == nil)
        let records = try #require(full["records_bytes"] as? Int)
        let words = ["--budget", "\(peak - 3 * records / 10)", "--max-gradient-error", "0.02"]
        let best = try #require(try objects(words)["best"] as? [String: Any])
        #expect(best["strategy"] as? String == "full" && best["records"] as? String != "native")
        let error = try #require(best["gradient_error"] as? Double)
        #expect(error > 0 && error <= 0.02)
        let verified = try Scratch().run(Program.unroll.path, PlanFormatsTests.network + words + ["--verify"])
        #expect(verified.code == 0, "\(verified)")
        #expect(verified.output.contains("best: full --records "), "\(verified.output)")
        #expect(
            verified.output.contains(", 0 bytes more than predicted; the gradient is off by "), "\(verified.output)")
    }

    /// With times, which are measured of native formats and of packed ones, and said once.
    @Test(.enabled(if: Cases.areExhaustive, "times are measured, of two networks")) func timed() throws {
        let scratch = try Scratch()
        let words = PlanFormatsTests.network.filter { $0 != "--offline" }
        let ending = try scratch.run(
            "/usr/bin/env",
            ["XDG_CACHE_HOME=\(scratch.path)", Program.unroll.path] + words
                + [
                    "--budget", "1MiB", "--max-gradient-error", "0.02", "--format", "csv", "--columns",
                    "predicted_seconds",
                ])
        #expect(ending.code == 0)
        #expect(ending.table.count > 5 && !ending.table.joined().contains(""), "\(ending)")
        #expect(ending.complaint.split(separator: "\n").count == 1, "\(ending)")
    }

    /// Products of bfloat16 round too: nothing is off by 0, records of that format are the native ones, and what is promised is kept.
    @Test func productsOfBfloat16() throws {
        let words = ["--scalar", "bfloat16", "--budget", "1MiB", "--max-gradient-error"]
        let plan = try objects(words + ["0.02"])
        let best = try #require(plan["best"] as? [String: Any])
        #expect(try #require(best["gradient_error"] as? Double) > 1e-5)
        let rows = try #require(plan["strategies"] as? [[String: Any]])
        #expect(!rows.contains { $0["records"] as? String == "bfloat16" })
        let verified = try Scratch().run(Program.unroll.path, PlanFormatsTests.network + words + ["0.02", "--verify"])
        #expect(verified.code == 0, "\(verified)")
        let refused = try Scratch().run(Program.unroll.path, PlanFormatsTests.network + words + ["1e-6"])
        #expect(
            refused.code == 1 && refused.complaint.contains("off by more than 1e-06; allowed: a larger"), "\(refused)")
    }

    /// Of an error that no format keeps to, the plan is the one without.
    @Test func nothingNearEnough() throws {
        let budget = ["--budget", "1MiB"]
        var allowed = try objects(budget + ["--max-gradient-error", "1e-12"])
        let plain = try objects(budget)
        for name in ["records", "states", "gradient_error"] {
            allowed["strategies"] = (allowed["strategies"] as? [[String: Any]])?.map { row in
                row.filter { $0.key != name }
            }
            allowed["best"] = (allowed["best"] as? [String: Any])?.filter { $0.key != name }
        }
        #expect(allowed as NSDictionary == plain as NSDictionary)
    }

    @Test(arguments: [
        (
            "--max-gradient-error 0.01",
            "'--max-gradient-error' chooses what fits a budget: it needs '--budget BYTES', and every strategy"
        ),
        (
            "--max-gradient-error 0 --budget 1MiB",
            "'--max-gradient-error' is '0.0'; allowed: a number above 0, below 1"
        ),
        (
            "--max-gradient-error 0.01 --budget 1MiB --inexact",
            "'--inexact' allows a gradient of any error, '--max-gradient-error' one of this: give one of them"
        ),
        (
            "--max-gradient-error 0.01 --budget 1MiB --records int8",
            "'--max-gradient-error' chooses 'records': leave '--records' out"
        ),
        ("--verify", "'--verify' is of the best plan within a budget: it needs '--budget BYTES', and every strategy"),
    ])
    func refused(words: String, complaint: String) throws {
        let ending = try Scratch().run(Program.unroll.path, ["plan"] + words.split(separator: " ").map(String.init))
        #expect(ending.code == 64 && ending.complaint.hasPrefix("Error: \(complaint)\n"), "\(ending)")
    }
}
