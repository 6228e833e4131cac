import Reports
import Schedules
import Testing
import Trials

@Suite struct ClaimTests {
    @Test func catalogue() {
        #expect(Claim.all.map(\.id) == ["A1", "A2", "A8", "C1", "C2", "D1", "D6"])
        #expect(Claim.named("c1")?.id == "C1")
        #expect(Claim.named("Z9") == nil)
        for claim in Claim.all {
            #expect(!claim.experiments.isEmpty)
            // What was read nowhere is published as our own.
            if claim.trust.contains("M") { #expect(claim.published.hasPrefix("derived here")) }
        }
    }

    @Test(arguments: Claim.all.map(\.id))
    func withoutRowsNothingIsSaid(id: String) throws {
        let claim = try #require(Claim.named(id))
        let verdict = claim.judge([:])
        #expect(verdict.outcome == .inconclusive)
        #expect(verdict.value == nil)
        #expect(
            verdict.measured
                == "no evidence: experiment '\(claim.experiments[0])' has no row that is ok and complete")
    }

    @Test func wholeTable() throws {
        let rows = [
            "constant-memory": try sweep("constant-memory", lengths: [2, 4, 8], strategies: [.binomial(slots: 1)])
        ]
        let claims = try ["A1", "D6"].map { try #require(Claim.named($0)) }
        let table = Table(claims.map { Judgement(claim: $0, verdict: $0.judge(rows)) })
        #expect(
            table.text(as: .csv) == """
                claim,verdict,published,measured,interval_low,interval_high,tolerance,trust,convention,experiment
                A1,inconclusive,weights are shared by all steps: 0 bytes a step,no evidence: experiment 'sequence-length' has no row that is ok and complete,,,"0 bytes a step, exactly",V,"weights and gradients each at their own peak, in the allocator's size classes",sequence-length
                D6,reproduced,"derived here: C = T(T + 1)/2, peak the same for all T","C exact; 0 bytes between lengths (lstm H 64 B 16, T 2…8)",,,exactly,M+D,"C counts every executed forward step, recorded ones included; the initial state takes the one slot; inputs streamed; exact peak of all tensors, T ≥ 2, for a single step discards its state first",constant-memory

                """)
        #expect(
            table.text(as: .table) == """
                claim  verdict       published                                              measured                                                                      low  high  tolerance                trust
                A1     inconclusive  weights are shared by all steps: 0 bytes a step        no evidence: experiment 'sequence-length' has no row that is ok and complete    –     –  0 bytes a step, exactly  V
                D6     reproduced    derived here: C = T(T + 1)/2, peak the same for all T  C exact; 0 bytes between lengths (lstm H 64 B 16, T 2…8)                        –     –  exactly                  M+D

                """)
    }

    @Test func intervalsAreColumns() throws {
        let claim = try #require(Claim.named("C2"))
        let interval = Interval(low: 0.97, high: 1.01, coverage: 0.9375)
        let verdict = Verdict(.reproduced, "0.99", value: 0.99, interval: interval)
        let json = Table([Judgement(claim: claim, verdict: verdict)]).text(as: .json)
        #expect(json.contains(#""measured": "0.99", "interval_low": 0.97, "interval_high": 1.01"#))
    }
}
