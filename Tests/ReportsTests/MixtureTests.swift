import Reports
import Schedules
import Testing
import Trials

/// Rows of several builds and machines in one set of results.
@Suite struct MixtureTests {
    private static let a = Origin(key: "aaaaaaaaaaaaaaaa")
    private static let b = Origin(key: "bbbbbbbbbbbbbbbb")
    /// The build of `a` on the machine of `b`.
    private static let c: Origin = {
        var origin = Origin(key: "cccccccccccccccc")
        (origin.build, origin.machine) = (a.build, b.machine)
        return origin
    }()
    /// Another commit with the measuring program of `a`.
    private static let d: Origin = {
        var origin = Origin(key: "dddddddddddddddd")
        (origin.build, origin.machine) = (a.build, a.machine)
        return origin
    }()

    private func rows(
        _ experiment: String = "x", lengths: [Int] = [16, 32], strategies: [Strategy], of origin: Origin,
        pace: Double = 1
    ) throws -> [Row] {
        try sweep(experiment, lengths: lengths, strategies: strategies, repetitions: 6).map { row in
            var row = row.slower(by: pace)
            row.origin = origin
            return row
        }
    }

    @Test("No ratio crosses builds or machines, and none is missing within one", arguments: [b, c, .unknown])
    func ratios(other: Origin) throws {
        // The other is ten times as slow: ratios across would be wild.
        let rows =
            try rows(strategies: [.full, .segmented(length: 4)], of: MixtureTests.a)
            + rows(lengths: [64], strategies: [.full, .segmented(length: 4)], of: other, pace: 10)
            + rows(lengths: [128], strategies: [.full], of: MixtureTests.a)
            + rows(lengths: [128], strategies: [.segmented(length: 4)], of: other, pace: 10)
        let comparison = try Comparison(rows)
        #expect(comparison.isMixture)
        for line in comparison.lines where line.trial.length < 128 {
            let ratio = try #require(line.timeRatios.median)
            #expect((1...2).contains(ratio))
        }
        let parted = comparison.lines.filter { $0.trial.length == 128 && $0.trial.strategy != .full }
        #expect(parted.count == 1 && parted[0].timeRatios.count == 0 && parted[0].peakRatio == nil)
        #expect(!comparison.isComplete && comparison.summary == nil)
        // Said in the table, in every form.
        #expect(comparison.table.text(as: .csv).hasPrefix("environment,length,strategy,"))
        #expect(comparison.table.text(as: .csv).contains("\n\(other.text),128,segmented:length=4,"))

        // Asked for, it is compared, and said again.
        let mixed = try Comparison(rows.mixed())
        #expect(mixed.isMixture)
        let across = try #require(
            mixed.lines.first { $0.trial.length == 128 && $0.trial.strategy != .full }?.timeRatios.median)
        #expect(across > 10)
    }

    @Test("A trial's rows are its own build's and machine's even where a hand put them together")
    func oneTrial() throws {
        let full = try rows(lengths: [16], strategies: [.full], of: MixtureTests.a)
        var other = try rows(lengths: [16], strategies: [.segmented(length: 4)], of: MixtureTests.a, pace: 10)
        for index in other.indices where other[index].repetition > 3 { other[index].origin = MixtureTests.b }
        let lines = try Comparison(full + other).lines
        #expect(lines.map(\.timeRatios.count) == [6, 3, 0])
        // Two sets, one of them so: no line is lost, none stands twice.
        #expect(try ResultsDifference(full + other, full + other).lines.count == 2)
    }

    @Test("Another commit of the same measuring program is no mixture")
    func commits() throws {
        let rows =
            try rows(strategies: [.full], of: MixtureTests.a)
            + rows(strategies: [.segmented(length: 4)], of: MixtureTests.d)
        #expect(Mixture(rows) == nil)
        let comparison = try Comparison(rows)
        #expect(comparison.isComplete && !comparison.isMixture)
        #expect(!comparison.table.text(as: .csv).contains("environment"))
    }

    @Test("What is said of a mixture")
    func words() throws {
        let a = try rows(lengths: [16], strategies: [.full], of: MixtureTests.a)
        let b = try rows(lengths: [32], strategies: [.full], of: MixtureTests.b)
        let c = try rows(lengths: [32], strategies: [.full], of: MixtureTests.c)
        let unknown = try rows(lengths: [64], strategies: [.full], of: .unknown)
        #expect(
            Mixture(a + b + unknown)?.description
                == "rows of 3 builds or machines: 6 rows of aaaaaaaaaaaaaaaa, 6 rows of bbbbbbbbbbbbbbbb, 6 rows of unknown; "
                + "none is compared with another's")
        #expect(
            Mixture(a + c)?.description
                == "rows of 2 machines: 6 rows of aaaaaaaaaaaaaaaa, 6 rows of cccccccccccccccc; none is compared with another's"
        )
        #expect(
            Mixture((a + b).mixed())?.description
                == "rows of 2 builds or machines: 6 rows of aaaaaaaaaaaaaaaa, 6 rows of bbbbbbbbbbbbbbbb; compared across them, as "
                + "--mix-builds asks")
        let other = try rows("y", lengths: [16], strategies: [.full], of: MixtureTests.b)
        // An experiment of another build than the next is none.
        #expect((a + other).mixtures.isEmpty)
        #expect((a + b + other).mixtures.map(\.experiment) == ["x"])
        let report = ExperimentReport(
            "x", question: "", rows: a + b, judgements: [], drawings: [], accuracy: nil, environment: [], again: [])
        #expect(report.markdown.contains("\nNote: rows of 2 builds or machines: 6 rows of"))
        #expect(Page([report], judgements: []).markdown.contains("\nNote: rows of 2 builds or machines: 6 rows of"))
    }

    /// C1 counts bytes.
    @Test("A claim that counts bytes is judged build by build, over machines", arguments: [b, c])
    func claims(other: Origin) throws {
        let name = "sublinear-memory"
        let counted = try #require(Claim.named("C1"))
        let lengths = [64, 256, 1024, 4096]
        func part(_ lengths: [Int], _ origin: Origin) throws -> [Row] {
            try rows(name, lengths: lengths, strategies: [.segmented(length: nil)], of: origin)
        }
        let whole = try counted.judge([name: part(lengths, MixtureTests.a)])
        #expect(whole.outcome == .reproduced)
        let parted = try counted.judge([
            name: part(Array(lengths[..<2]), MixtureTests.a) + part(Array(lengths[2...]), other)
        ])
        // Bytes are the same on all machines, and shards may come from several; not so of another build.
        #expect(parted.outcome == (other == MixtureTests.c ? .reproduced : .inconclusive))
        #expect(parted.measured.contains("2 builds or machines, each judged by itself") == (other == MixtureTests.b))
        let both = try counted.judge([name: part(lengths, MixtureTests.a) + part(lengths, MixtureTests.b)])
        #expect(both.outcome == .reproduced && both.measured.hasSuffix("each judged by itself: 2 reproduced"))
    }
}
