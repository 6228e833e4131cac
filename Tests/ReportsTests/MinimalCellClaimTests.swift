import Reports
import Shapes
import Testing
import Trials

@Suite struct MinimalCellClaimTests {
    private func rows(_ cells: [Cell] = [.gru, .mingru, .lstm, .minlstm]) throws -> [Row] {
        try cells.flatMap { cell in
            try [64, 128, 256].map { hidden in
                simulated(
                    try Trial(cell: cell, input: 64, hidden: hidden, batch: 8, length: 16), experiment: "minimal-cells")
            }
        }
    }

    @Test func ratiosAreExact() throws {
        let verdict = try judge("K1", rows())
        #expect(verdict.outcome == .reproduced && verdict.value == 0)
        #expect(
            verdict.measured.hasPrefix(
                "minGRU/GRU 33, 22, 17, 13 %; minLSTM/LSTM 38, 25, 19, 15 % at α 1…4"))
        #expect(verdict.measured.contains("mingru 33.3 % (D 64, H 64)"))
        #expect(verdict.measured.contains("minlstm 15.0 % (D 64, H 256)"))
    }

    @Test func aByteRefutes() throws {
        var rows = try rows()
        rows[0] = rows[0].adding(64, to: .weightsBytes)
        #expect(judge("K1", rows).outcome == .notReproduced)
    }

    @Test func aCellAloneIsNoPair() throws {
        #expect(try judge("K1", rows([.gru, .lstm])).outcome == .inconclusive)
    }
}
