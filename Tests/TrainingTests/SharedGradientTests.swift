import Foundation
import Kernels
import Memory
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// The first of several trials of one reference leaves its gradient in a file, and the others are held against that.
    @Suite struct SharedGradientTests {
        private let file = FileManager.default.temporaryDirectory.path + "/unroll-\(UUID().uuidString)"

        private func error(_ strategy: Strategy, variant: Variant = .plain, seed: Int = 1) throws -> Double? {
            let trial = try Trial(
                cell: .lstm, input: 5, hidden: 7, batch: 3, length: 9, strategy: strategy, variant: variant,
                precision: .double, seed: seed)
            let session = try Session<Double>(trial, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 1, shared: file)
            return try session.measure()[.gradientRelativeError]?.number
        }

        private var content: Data { get throws { try Data(contentsOf: URL(fileURLWithPath: file)) } }

        @Test("What is read is what was written, for every strategy and variant") func readBack() throws {
            try Data().write(to: URL(fileURLWithPath: file))
            defer { try? FileManager.default.removeItem(atPath: file) }
            #expect(try error(.full) == 0)
            let written = try content
            #expect(written.count > 8 * (4 * 7 * (5 + 7 + 1)))
            #expect(try error(.segmented(length: nil)) == 0)
            #expect(try error(.binomial(slots: 2)) == 0)
            #expect(try error(.full, variant: .untied)! < 1e-14)
            #expect(try error(.truncated(window: 2, stride: 2))! > 1e-3)
            #expect(try content == written)
            // It is the file's gradient that counts: of another one every trial is far off.
            var other = written
            for index in 0..<800 { other[index] = 0 }
            try other.write(to: URL(fileURLWithPath: file))
            #expect(try error(.binomial(slots: 2))! > 1e-3)
        }

        @Test("A file that is not whole, or of another reference, is written again") func notThis() throws {
            defer { try? FileManager.default.removeItem(atPath: file) }
            try Data().write(to: URL(fileURLWithPath: file))
            #expect(try error(.full, seed: 2) == 0)
            let other = try content
            #expect(try error(.segmented(length: nil)) == 0)
            let written = try content
            #expect(written.count == other.count && written != other)
            for damaged in [written.dropLast(), written.prefix(100), written + [0], Data()] {
                try damaged.write(to: URL(fileURLWithPath: file))
                #expect(try error(.segmented(length: nil)) == 0)
                #expect(try content == written)
            }
        }
    }
}
