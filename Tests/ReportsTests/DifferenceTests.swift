import Reports
import Schedules
import Shapes
import Testing
import Trials

@Suite struct DifferenceTests {
    private func rows() throws -> [Row] {
        try sweep("d", lengths: [64], strategies: [.full, .binomial(slots: 4)], repetitions: 5)
    }

    @Test func sameBytesOnAnotherMachineAreNoDifference() throws {
        let first = try rows()
        let second = first.map { $0.slower(by: 3).with(.peakRSSBytes, .integer(1)).with(.loss, .real(2)) }
        let difference = try ResultsDifference(first, second)
        #expect(difference.isEqual)
        #expect(difference.lines.map(\.timesAgree) == [true, true])
        // Fewer repetitions of the same.
        #expect(try ResultsDifference(first, second.filter { $0.repetition < 3 }).isEqual)
    }

    /// Every column of bytes and counts, and of what is made of activations, changed alone in one repetition alone.
    @Test(arguments: ResultsDifference.figures) func everyFigureCounts(figure: Figure) throws {
        let first = try rows().map { figure.reproducibility == .rounded ? $0.with(figure, .real(0.5)) : $0 }
        var second = first
        second[6] = second[6].with(figure, .integer(12345))
        let difference = try ResultsDifference(first, second)
        #expect(!difference.isEqual)
        #expect(difference.lines[0].differences.isEmpty)
        let was = first[6].measurement[figure]?.description ?? "–"
        #expect(difference.lines[1].differences == ["\(figure.rawValue) \(was), 12345 (repetition 2)"])
        #expect(figure.unit != .seconds)
    }

    @Test func repetitionsThatDifferAlikeAreToldOnce() throws {
        let first = try rows()
        let second = first.map { $0.trial.strategy == .full ? $0 : $0.adding(8, to: .peakBytes) }
        let peak = Int(first[5][.peakBytes]!)
        #expect(
            try ResultsDifference(first, second).lines[1].differences
                == ["peak_bytes \(peak), \(peak + 8) (repetition 1, 2, 3, 4, 5)"])
    }

    @Test func whatOnlyOneHasIsADifference() throws {
        let first = try rows()
        let second = Array(first.prefix(5))
        #expect(try ResultsDifference(first, second).lines.map(\.differences) == [[], ["only in the first"]])
        #expect(try ResultsDifference(second, first).lines.map(\.differences) == [[], ["only in the second"]])
        let failed = try rows().map { $0.repetition == 1 ? $0.failed(.timedOut, "after 1 s") : $0 }
        #expect(try ResultsDifference(first, failed).lines[0].differences == ["status ok, timed_out (repetition 1)"])
    }

    @Test func setsOfDifferentTrialsArePartsOfOne() throws {
        let first = try rows()
        let other = try sweep("d", lengths: [128], strategies: [.full])
        #expect(ResultsDifference.overlap(first, first))
        #expect(!ResultsDifference.overlap(first, other))
        #expect(!ResultsDifference.overlap(first, []))
    }

    @Test func slowerByMoreThanNoiseIsToldAndNoDifference() throws {
        let first = try rows().map {
            $0.slower(by: 1 + 0.01 * Double($0.repetition * ($0.trial.strategy == .full ? 1 : 2)))
        }
        let second = first.map { $0.trial.strategy == .full ? $0 : $0.slower(by: 1.5) }
        let difference = try ResultsDifference(first, second)
        #expect(difference.lines.map(\.timesAgree) == [true, false])
        #expect(difference.isEqual)
    }

    @Test func rowsThatContradictThemselves() throws {
        let rows = try rows()
        #expect(rows.contradiction == nil)
        func fault(_ index: Int, _ change: (Row) -> Row) -> String? {
            var changed = rows
            changed[index] = change(changed[index])
            guard let (place, text) = changed.contradiction else { return nil }
            #expect(place == index)
            return text
        }
        let peak = Int(rows[0][.peakBytes]!)
        #expect(
            fault(0) { $0.adding(1, to: .predictedPeakBytes) }
                == "'prediction_gap_bytes' is '0', but 'peak_bytes' is '\(peak)' and 'predicted_peak_bytes' '\(peak + 1)'"
        )
        let steps = Int(rows[5][.forwardSteps]!)
        #expect(
            fault(7) { $0.adding(1, to: .forwardSteps) }
                == "'forward_steps' is '\(steps + 1)', but '\(steps)' in repetition 1 of the same trial; rows of one file "
                + "are of one version, as measured")
        #expect(fault(0) { $0.with(.recordsBytes, .integer(peak + 1)) }?.contains("less than one role's") == true)
        #expect(fault(0) { $0.with(.recordsBytes, .integer(8)) }?.contains("more than all roles' peaks") == true)
        // Of a version that had not all roles: those it lacks it did not need.
        func older(_ row: Row) -> Row { row.with(.optimizerBytes, nil).with(.alignmentBytes, nil) }
        #expect([older(rows[0])].contradiction == nil)
        #expect(fault(0) { older($0).with(.recordsBytes, .integer(8)) }?.contains("more than all roles'") == true)
        #expect(fault(0) { $0.with(.wallSeconds, .real(-1)) } == "'wall_seconds' is '-1'; allowed: from 0")
        #expect(fault(3) { $0.failed(.failed, "") } == nil)
    }

    /// Of a version that had not all roles: those it lacks had no bytes, and others may not be missing.
    @Test(arguments: Role.allCases) func rolesThatCameLater(role: Role) throws {
        let rows = try rows()
        func isEqual(_ bytes: Value?, _ other: Value?) throws -> Bool {
            let figure = Figure(role)
            return try ResultsDifference(rows.map { $0.with(figure, bytes) }, rows.map { $0.with(figure, other) })
                .isEqual
        }
        #expect(try isEqual(nil, .integer(0)) == role.isLater)
        #expect(try isEqual(.integer(0), nil) == role.isLater)
        #expect(try !isEqual(nil, .integer(64)))
        #expect(try isEqual(nil, nil))
    }

    /// What the processor rounds may differ by the bound and no more.
    @Test(arguments: Figure.allCases.filter { $0.reproducibility == .rounded })
    func roundedFiguresAgreeWithinTheBound(figure: Figure) throws {
        let rows = try rows()
        let bound = try #require(rows[0].trial.roundingBound)
        func agrees(_ change: Double) throws -> Bool {
            let first = rows.map { $0.with(figure, .real(0.5)) }
            return try ResultsDifference(first, first.map { $0.with(figure, .real(0.5 + change)) }).isEqual
        }
        #expect(try agrees(0) && agrees(0.4 * bound) && agrees(-0.4 * bound))
        #expect(try !agrees(2.5 * bound) && !agrees(-2.5 * bound))
        // A number that is not finite, and a column that an older file has not.
        let without = rows.map { $0.with(figure, nil) }
        #expect(try ResultsDifference(without, rows.map { $0.with(figure, .real(0.5)) }).isEqual)
    }

    /// Trainings feed rounding to all that follows, so any loss and quality may be right; bytes are the same all the same.
    @Test func trainingsRoundWithoutABound() throws {
        let first = try rows().map { row in
            var row = row.with(.loss, .real(1)).with(.quality, .real(1 / 0.6931471805599453))
            row.trial.updates = 10
            return row
        }
        #expect(first[0].trial.roundingBound == nil)
        let second = first.map { $0.with(.loss, .real(2)).with(.quality, .real(2 / 0.6931471805599453)) }
        #expect(try ResultsDifference(first, second).isEqual)
        #expect(try !ResultsDifference(first, second.map { $0.adding(1, to: .peakBytes) }).isEqual)
    }

    /// Every figure is of one kind, and the bound is γₖ of Higham's lemma 3.1.
    @Test func kindsOfFigures() throws {
        let kinds = Dictionary(grouping: Figure.allCases, by: \.reproducibility)
        #expect(
            kinds[.rounded] == [
                .forgottenBits, .loss, .quality, .heldOutQuality, .gradientRelativeError, .gradientCosine,
                .gradientStandardError,
                .heldOutLoss, .estimatedRelativeBias, .gradientDecay, .relativeSensitivity,
            ])
        #expect(kinds[.ofRun]?.filter { $0.unit == .seconds }.count == 6)
        #expect(kinds[.ofRun]?.filter { $0.unit == .bytes }.count == 7)
        let trial = try Trial(cell: .elman, input: 3, hidden: 2, batch: 5, length: 7)
        // 2·T·L·(max(D, H) + H) + T·B·O roundings.
        let roundings = Double(2 * 7 * 1 * (3 + 2) + 7 * 5 * trial.outputs)
        #expect(trial.roundingBound == roundings * 0x1p-24 / (1 - roundings * 0x1p-24))
        #expect(try Trial(cell: .elman, hidden: 1024, length: 100_000).roundingBound == nil)
    }
}
