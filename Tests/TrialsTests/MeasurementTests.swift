import Testing
import Trials

@Suite struct PreparationTests {
    @Test func roundTrip() throws {
        var preparation = Preparation()
        (preparation.audit, preparation.reference, preparation.warmup) = (0.25, 0, 1e-5)
        #expect(preparation.line == "audit_seconds=0.25 reference_seconds=0.0 warmup_seconds=1e-05")
        #expect(Preparation(line: preparation.line) == preparation)
        #expect(Preparation(line: "") == Preparation())
    }

    @Test(arguments: [
        "audit_seconds", "audit_seconds=", "audit_seconds=-1", "audit_seconds=inf", "audit_seconds=nan",
        "wall_seconds=1",
        "audit_seconds=1 audit_seconds=1",
    ])
    func wrongLines(line: String) { #expect(Preparation(line: line) == nil) }
}

@Suite struct MeasurementTests {
    private func example() -> Measurement {
        var measurement = Measurement()
        measurement[.gradientExact] = .flag(true)
        measurement[.peakBytes] = .integer(9_007_199_254_740_993)
        measurement[.predictionGapBytes] = .integer(-64)
        measurement[.wallSeconds] = .real(0.1)
        measurement[.gradientRelativeError] = .real(1.2345678901234567e-17)
        return measurement
    }

    private let line = """
        peak_bytes=9007199254740993 prediction_gap_bytes=-64 wall_seconds=0.1 gradient_exact=true \
        gradient_relative_error=1.2345678901234567e-17
        """

    @Test func lineIsInTheColumnsOrder() { #expect(example().line == line) }

    @Test func roundTrip() {
        #expect(Measurement(line: line) == example())
        var all = Measurement()
        for (index, figure) in Figure.allCases.enumerated() {
            switch figure.unit {
            case .bytes, .steps, .operations: all[figure] = .integer(index)
            case .seconds, .ratio: all[figure] = .real(Double(index) / 3)
            case .flag: all[figure] = .flag(false)
            }
        }
        #expect(Measurement(line: all.line) == all)
    }

    @Test(arguments: [
        "", " ", "peak_bytes", "peak_bytes=", "peak_bytes=1.5", "peak_bytes=1e3", "peak_bytes=1 ", " peak_bytes=1",
        "peak_bytes=1  flops=1", "peak_bytes=1 peak_bytes=1", "peak_bytes=99999999999999999999", "Peak_bytes=1",
        "bytes=1",
        "wall_seconds=nan", "wall_seconds=inf", "wall_seconds=1s", "gradient_exact=1", "gradient_exact=yes", "flops==1",
        "peak_bytes=1\n", "peak_bytes=1\nflops=1", "Segmentation fault",
    ])
    func garbageIsRefused(line: String) { #expect(Measurement(line: line) == nil) }

    @Test func absentIsNil() {
        #expect(example()[.loss] == nil)
        var measurement = example()
        measurement[.peakBytes] = nil
        #expect(measurement[.peakBytes] == nil)
        #expect(Measurement().line == "")
    }

    /// Against a dictionary, through many changes in any order.
    @Test func figuresAreKeptAsADictionaryKeepsThem() {
        #expect(Figure.allCases.map(\.index) == Array(Figure.allCases.indices))
        #expect(Figure.allCases.count <= 64, "a measurement has a bit for each")
        var measurement = Measurement()
        var model: [Figure: Value] = [:]
        var state: UInt64 = 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<2000 {
            let figure = Figure.allCases[next(Figure.allCases.count)]
            let value: Value? =
                switch next(5) {
                case 0: nil
                case 1: .real(.nan)
                case 2: .flag(next(2) == 0)
                case 3: .real(Double(next(100)))
                default: .integer(next(100))
                }
            measurement[figure] = value
            model[figure] = value.flatMap { $0.number.isFinite ? $0 : nil }
            for figure in Figure.allCases { #expect(measurement[figure] == model[figure]) }
        }
        let figures = Figure.allCases.compactMap { figure in model[figure].map { (figure: figure, value: $0) } }
        #expect(Measurement(inOrder: figures) == measurement)
    }

    @Test func numbers() {
        #expect(Value.integer(-3).number == -3)
        #expect(Value.real(0.5).number == 0.5)
        #expect(Value.flag(true).number == 1)
        #expect(Value.flag(false).number == 0)
    }
}
