import CaseLists
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
    @Suite struct AuditTests {
        static let strategies: [Strategy] = [
            .full, .truncated(window: 7, stride: 7), .truncated(window: 9, stride: 4), .segmented(length: nil),
            .segmented(length: 4), .binomial(slots: 1), .binomial(slots: 3), .binomial(slots: 100),
        ]

        /// What was predicted from shapes alone is what jemalloc counts after every action, to the byte, odd sizes included.
        @Test(arguments: Cases.cells, strategies)
        func predictionsAreExact(cell: Cell, strategy: Strategy) throws {
            for (layers, input, hidden, batch, length, inputs, precision, task) in [
                (1, 1, 1, 1, 1, InputStorage.streamed, Precision.float, TrainingTask.noise),
                (2, 3, 100, 3, 17, .streamed, .float, .adding), (3, 64, 128, 5, 31, .resident, .double, .noise),
                (1, 7, 33, 300, 20, .resident, .float, .adding),
            ] {
                let trial = try Trial(
                    cell: cell, layers: layers, input: input, hidden: hidden, batch: batch, length: length,
                    strategy: strategy, task: task, inputs: inputs, precision: precision)
                func check<S: Scalar>(_: S.Type) throws {
                    try self.check(Session<S>(trial, heaps: TrainingTests.heaps))
                }
                try check(precision.scalar)
            }
        }

        private func check<S>(_ session: Session<S>) throws {
            try session.prepare(warmup: 0)
            var audit = Audit(
                session.network.heaps, footprint: session.trial.footprint, statistics: try Statistics(),
                keepsEntries: true)
            _ = try session.executor.run(session.schedule) { audit.observe($0) }
            #expect(audit.gap == 0)
            #expect(audit.entries.allSatisfy { $0.live == $0.predicted })
            #expect(audit.peakBytes == audit.simulator.peakBytes)
            #expect(audit.entries.count == Array(AnySequence(session.schedule)).count)
            let row = try session.measure()
            let counts = audit.simulator.counts
            #expect(row[.forwardSteps] == .integer(counts.forward))
            #expect(row[.recomputedSteps] == .integer(counts.recomputed))
            #expect(row[.backwardSteps] == .integer(counts.backward))
            #expect(row[.predictionGapBytes] == .integer(0))
        }

        /// The audit is not blind: a schedule that leaks a state is found out, and by how much.
        @Test func anUnpredictedByteIsSeen() throws {
            let trial = try Trial(cell: .lstm, input: 4, hidden: 16, batch: 2, length: 3)
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            let heaps = session.network.heaps
            var audit = Audit(heaps, footprint: trial.footprint, statistics: try Statistics(), keepsEntries: false)
            #expect(audit.gap == 0)
            let stray = Buffer<Float>(count: 25, in: heaps[.states])
            audit.observe(ScheduledAction(lane: 0, action: .truncate))
            #expect(audit.gap == Heap.usableSize(100))
            _ = stray.start
        }

        /// Nor to bytes that no block of a heap has: the arenas are asked as well, and believed.
        @Test func anUncountedByteIsSeen() throws {
            let trial = try Trial(cell: .lstm, input: 4, hidden: 16, batch: 2, length: 3)
            let session = try Session<Float>(trial, heaps: Heaps(of: trial.roles))
            let heaps = session.network.heaps
            var audit = Audit(heaps, footprint: trial.footprint, statistics: try Statistics(), keepsEntries: false)
            heaps[.states].stopCounting()
            let stray = Buffer<Float>(count: 25, in: heaps[.states])
            let size = Heap.usableSize(100)
            #expect(heaps[.states].countedBytes == 0)
            let first = Buffer<Float>(count: 25, in: heaps[.records])
            audit.observe(ScheduledAction(lane: 0, action: .truncate))
            #expect(audit.gap == size && audit.peakBytes == trial.footprint.constant.total + 2 * size)
            // From then on they are asked after every action.
            let before = audit.gatherings
            let second = Buffer<Float>(count: 25, in: heaps[.states])
            audit.observe(ScheduledAction(lane: 0, action: .truncate))
            #expect(audit.gap == 2 * size && audit.gatherings == before + 1)
            _ = (stray.start, first.start, second.start)
        }

        /// Of a long schedule arenas are asked at a few actions, one of them the peak, and nothing found is another.
        @Test(arguments: [Strategy.full, .binomial(slots: 3), .segmented(length: nil), .forward(block: nil)])
        func arenasAreAskedNowAndThen(strategy: Strategy) throws {
            let trial = try Trial(cell: .gru, input: 2, hidden: 4, batch: 1, length: 1000, strategy: strategy)
            let session = try Session<Float>(trial, heaps: Heaps(of: trial.roles))
            let heaps = session.network.heaps
            let statistics = try Statistics()
            let peak = Demand(trial.schedule, footprint: trial.footprint).peakBytes
            var found: [(audit: Audit, asked: Int)] = []
            for expected in [nil, peak] {
                var audit = Audit(
                    heaps, footprint: trial.footprint, statistics: statistics, keepsEntries: true,
                    expectedPeak: expected)
                _ = try session.executor.run(session.schedule) { action in
                    audit.observe(action)
                    statistics.refresh()
                    #expect(heaps.countedByBlock == heaps.live)
                }
                #expect(audit.gap == 0 && audit.peakBytes == peak && audit.atPeak != nil)
                found.append((audit, audit.gatherings))
            }
            #expect(found[0].audit.peaks == found[1].audit.peaks)
            #expect(found[0].audit.entries.map(\.live) == found[1].audit.entries.map(\.live))
            #expect(found[1].asked <= 64 + found[1].audit.entries.count / 64 + 2)
        }

        /// Nor is it to bytes of a role that was to have none, and so has no separate heap.
        @Test(arguments: [Role.optimizer, .alignment, .sensitivities, .buffer])
        func aByteOfAnotherRoleIsSeen(role: Role) throws {
            let trial = try Trial(cell: .lstm, input: 4, hidden: 16, batch: 2, length: 3)
            let session = try Session<Float>(trial, heaps: Heaps(of: trial.roles))
            let heaps = session.network.heaps
            #expect(!trial.roles.contains(role) && heaps[role] !== heaps[.records])
            var audit = Audit(heaps, footprint: trial.footprint, statistics: try Statistics(), keepsEntries: false)
            #expect(audit.gap == 0)
            do {
                let stray = Buffer<Float>(count: 25, in: heaps[role])
                audit.observe(ScheduledAction(lane: 0, action: .truncate))
                #expect(audit.gap == Heap.usableSize(100))
                _ = stray.start
            }
            audit.observe(ScheduledAction(lane: 0, action: .truncate))
            #expect(audit.peakBytes - heaps.live.total == Heap.usableSize(100))
        }

        /// jemalloc's thread peak, which knows nothing of arenas or roles, agrees with the arenas on large records.
        @Test func theSecondOpinionAgrees() throws {
            let trial = try Trial(cell: .lstm, input: 64, hidden: 256, batch: 32, length: 64)
            let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
            try session.prepare(warmup: 1)
            let row = try session.measure()
            let (exact, second) = try (row.number(.peakBytes), row.number(.threadPeakBytes))
            // Above: the schedule's own small objects, and what Swift's runtime keeps. Below: 64 KiB of delay.
            #expect(second - exact > -Double(1 << 17) && second - exact < Double(1 << 20), "\(second) and \(exact)")
        }

        /// Without a number of steps they go on for 10 ms, and no byte and no loss is another.
        @Test func theWarmUpByTime() throws {
            let trial = try Trial(
                cell: .gru, input: 4, hidden: 8, batch: 2, length: 16, strategy: .segmented(length: 4))
            let bytes: [Figure] = [.peakBytes, .predictedPeakBytes, .predictionGapBytes, .forwardSteps, .loss]
            var found: [[Value?]] = []
            for warmup in [0, nil] {
                let session = try Session<Float>(trial, heaps: TrainingTests.heaps)
                let time = try ContinuousClock().measure { try session.prepare(warmup: warmup) }
                #expect(warmup != nil || time >= Trial.warmupTime)
                let row = try session.measure()
                found.append(bytes.map { row[$0] })
            }
            #expect(found[0] == found[1] && found[0][2] == .integer(0))
        }

        @Test func timesAddUp() throws {
            let session = try Session<Float>(
                Trial(cell: .gru, input: 32, hidden: 64, batch: 8, length: 100, strategy: .binomial(slots: 4)),
                heaps: TrainingTests.heaps)
            try session.prepare(warmup: 1)
            let row = try session.measure()
            let figures = [Figure.forwardSeconds, .recomputeSeconds, .backwardSeconds]
            let parts = try figures.reduce(0) { try $0 + row.number($1) }
            // Sums of durations rounded to Double.
            #expect(try parts > 0 && parts <= row.number(.wallSeconds) + 1e-12)
            #expect(try row.number(.recomputeSeconds) > 0)
        }

        /// T = 100,000 within 4 MiB of tensors, as the simulator has it; and what it says of T = 3000 is what happens.
        @Test func aLongSequenceInLittleMemory() throws {
            func trial(_ length: Int) throws -> Trial {
                try Trial(cell: .lstm, hidden: 64, batch: 4, length: length, strategy: .binomial(slots: 12))
            }
            let long = try trial(100_000)
            #expect(Simulator(long.schedule, footprint: long.footprint).peakBytes < 4 << 20)
            let session = try Session<Float>(trial(3000), heaps: TrainingTests.heaps)
            var audit = Audit(
                session.network.heaps, footprint: session.trial.footprint, statistics: try Statistics(),
                keepsEntries: false)
            _ = try session.executor.run(session.schedule) { audit.observe($0) }
            #expect(audit.gap == 0)
            // The peak has nothing in it that grows with T.
            #expect(audit.peakBytes == Simulator(long.schedule, footprint: long.footprint).peakBytes)
        }
    }
}
