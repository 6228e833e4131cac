import Reports
import Schedules
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

    /// Every column of bytes and counts alone, changed in one repetition alone.
    @Test(arguments: ResultsDifference.figures) func everyFigureCounts(figure: Figure) throws {
        let first = try rows()
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
}
