import CaseLists
import Glibc
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
    /// Every exact strategy on every short sequence: the gradient of full unrolling to the last bit, and after each action
    /// the bytes that were predicted.
    @Suite struct CheckpointTests {
        private func schedules(_ length: Int, _ footprint: Footprint) -> [any Schedule] {
            var all: [any Schedule] = [Bisection(length: length)]
            for slots in 1...4 {
                all += [
                    Binomial(length: length, slots: slots), Internal(length: length, slots: slots),
                    Online(length: length, slots: slots), Multistage(length: length, memory: slots, disk: 2),
                ]
                let least = Mixed.leastMemory(
                    length: length, state: footprint.state, record: footprint.record)
                for extra in [slots * footprint.state, slots * footprint.record + slots % 2 * footprint.state] {
                    all.append(
                        Mixed(
                            length: length, memory: least + extra, state: footprint.state,
                            record: footprint.record))
                }
            }
            return all
        }

        @Test(arguments: Cases.cells, Cases.every(3, of: 1...13)) func identicalAndPredicted(cell: Cell, length: Int)
            throws
        {
            let directory = TrainingTests.directory("\(cell)-\(length)")
            let session = try Session<Float>(
                Trial(cell: cell, layers: 2, input: 3, hidden: 7, batch: 2, length: length),
                heaps: TrainingTests.heaps, files: StateFiles(directory: directory))
            let full = try session.executor.run(Full(length: length))
            let gradient = GradientSnapshot(of: session.network)
            let footprint = session.trial.footprint
            for schedule in schedules(length, footprint) {
                var audit = Audit(
                    session.network.heaps, footprint: footprint, statistics: try Statistics(), keepsEntries: false)
                let pass = try session.executor.run(schedule) { audit.observe($0) }
                #expect(gradient.isIdentical(to: session.network), "\(schedule)")
                #expect(pass.loss == full.loss)
                #expect(audit.gap == 0, "\(schedule)")
                #expect(audit.peakBytes == audit.simulator.peakBytes)
                if let mixed = schedule as? Mixed { #expect(pass.forwardSteps == mixed.forwardSteps) }
            }
        }
    }

    @Suite struct StateFilesTests {
        private func session(_ name: String, hidden: Int = 100) throws -> (Session<Double>, String) {
            let directory = TrainingTests.directory(name)
            let session = try Session<Double>(
                Trial(
                    cell: .lstm, layers: 2, input: 3, hidden: hidden, batch: 3, length: 20,
                    strategy: .multistage(memory: 1, disk: 3), precision: .double), heaps: TrainingTests.heaps,
                files: StateFiles(directory: directory))
            return (session, directory)
        }

        /// Predicted bytes on disk are what the file system has; time is attributed; nothing is left.
        @Test func bytesAndTime() throws {
            var directory = ""
            do {
                let (session, path) = try session("bytes")
                directory = path
                try session.prepare(warmup: 0)
                let row = try session.measure()
                // 32 bytes of header, 2 layers of h and c, 3 × 100 each.
                #expect(row[.predictedDiskBytes] == .integer(3 * (32 + 2 * 2 * 300 * 8)))
                #expect(row[.diskBytes] == row[.predictedDiskBytes])
                #expect(try row.number(.ioSeconds) > 0)
                #expect(row[.predictionGapBytes] == .integer(0))
                #expect(row[.gradientRelativeError] == .real(0))
                let parts = try [Figure.forwardSeconds, .recomputeSeconds, .backwardSeconds, .ioSeconds]
                    .reduce(0) { try $0 + row.number($1) }
                // Sums of durations rounded to Double.
                #expect(try parts <= row.number(.wallSeconds) + 1e-12)
                #expect(access(path, F_OK) == 0)
            }
            #expect(access(directory, F_OK) != 0)
        }

        /// What is done to the first file when its state has been saved; what is said of it.
        @Test(arguments: ["cut", "bit", "missing", "other"]) func damagedFilesAreFound(damage: String) throws {
            let (session, directory) = try session(damage)
            let path = "\(directory)/0"
            var done = false
            let error = #expect(throws: StateFileError.self) {
                _ = try session.executor.run(session.schedule) { scheduled in
                    guard !done, case .advance(_, let recording) = scheduled.action, recording.keepsRecords else {
                        return
                    }
                    done = true
                    switch damage {
                    case "cut": truncate(path, 9631)
                    case "missing": unlink(path)
                    default:
                        let file = open(path, O_RDWR)
                        var byte: UInt8 = 0
                        let place = damage == "bit" ? 5000 : 8
                        pread(file, &byte, 1, place)
                        byte ^= 16
                        pwrite(file, &byte, 1, place)
                        close(file)
                    }
                }
            }
            let texts = [
                "cut": "'\(path)' is cut short; it was written with 9632 bytes",
                "missing": "cannot read '\(path)': No such file or directory",
            ]
            #expect(error?.description == texts[damage] ?? "'\(path)' has other bytes than were written to it")
        }

        @Test func aDirectoryThatCannotBeMade() throws {
            let error = #expect(throws: StateFileError.self) { try StateFiles(directory: "/proc/nowhere/unroll") }
            #expect(error?.description == "cannot make the directory '/proc/nowhere/unroll': No such file or directory")
        }
    }

    /// Where a test's states go: made and removed by the files themselves.
    static func directory(_ name: String) -> String { "/tmp/unroll-tests-\(getpid())-\(name)" }
}
