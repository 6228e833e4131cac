import Dispatch
import Foundation
import Kernels
import Machine
import Testing

/// Serialized: the pool belongs to the process. Tests of training use it at the same time; a caller that comes while it is
/// taken works alone, and a test that needs a number of workers asks until it has them.
@Suite(.serialized) struct ThreadPoolTests {
    /// Runs the work with exactly this number of workers.
    private func run(_ count: Int, processors: Int = 64, _ work: (ThreadPool.Worker) -> Void) throws {
        for _ in 0..<100_000 {
            try ThreadPool.shared.resize(to: count, processors: processors)
            let found = Scratch<Double>([0])
            ThreadPool.shared.run(parts: count) { worker in
                if worker.index == 0 { found.start[0] = Double(worker.count) }
                if worker.count == count { work(worker) }
            }
            try ThreadPool.shared.resize(to: 1)
            if found.start[0] == Double(count) { return }
            usleep(1000)
        }
        Issue.record("the pool never had \(count) workers")
    }

    /// Partitions cover all, in order and without overlap, and begin at whole units.
    @Test(arguments: 1...8) func partitionsCoverAll(count: Int) throws {
        let (totals, units) = (0...70, [1, 6, 16])
        let places = totals.count * units.count
        let begins = Scratch<Double>(Array(repeating: -1, count: count * places))
        let ends = Scratch<Double>(Array(repeating: -1, count: count * places))
        try run(count) { worker in
            var place = worker.index * places
            for total in totals {
                for unit in units {
                    let partition = worker.partition(of: total, by: unit)
                    begins.start[place] = Double(partition.lowerBound)
                    ends.start[place] = Double(partition.upperBound)
                    place += 1
                }
            }
        }
        var place = 0
        for total in totals {
            for unit in units {
                var reached = 0
                var longest = 0
                var shortest = Int.max
                for worker in 0..<count {
                    let begin = Int(begins.values[worker * places + place])
                    let end = Int(ends.values[worker * places + place])
                    #expect(begin == reached && end >= begin)
                    #expect(begin.isMultiple(of: unit) || begin == total)
                    reached = end
                    longest = max(longest, (end - begin + unit - 1) / unit)
                    shortest = min(shortest, (end - begin + unit - 1) / unit)
                }
                #expect(reached == total && longest - shortest <= 1)
                place += 1
            }
        }
    }

    /// How workers are held up, so that others still spin, or are parked, when they come.
    enum Delay: CaseIterable { case none, beforeTheBarrier, betweenRounds, atTheEnd }

    /// Each worker's sums are of what all have written before the barrier: none passes it earlier, none is left
    /// waiting. With one processor for all, as the pool is set, each wait parks at once; else those that others keep
    /// waiting do. Workers beyond those in use sleep through, and come back when they are needed.
    @Test(arguments: [1, 2, 3, 4, 5, 7], Delay.allCases)
    func workersWaitForAll(count: Int, delay: Delay) throws {
        for (number, processors) in [1, 64, 1, 64].enumerated() {
            let rounds = delay == .none ? 200 : 5
            let slots = Scratch<Double>(Array(repeating: 0, count: count))
            let sums = Scratch<Double>(Array(repeating: 0, count: count * rounds))
            try run(count, processors: processors) { worker in
                for round in 0..<rounds {
                    if delay == .beforeTheBarrier, round % count == worker.index { usleep(1500) }
                    slots.start[worker.index] = Double((worker.index + 1) * (round + number))
                    worker.waitAtBarrier()
                    sums.start[worker.index * rounds + round] = (0..<count).reduce(0) { $0 + slots.start[$1] }
                    worker.waitAtBarrier()
                }
                if delay == .atTheEnd, worker.index == count - 1 { usleep(1500) }
            }
            let expected = (0..<rounds).map { Double(count * (count + 1) / 2 * ($0 + number)) }
            for worker in 0..<count {
                #expect(Array(sums.values[worker * rounds..<(worker + 1) * rounds]) == expected)
            }
            if delay == .betweenRounds { usleep(3000) }
        }
    }

    /// Many short rounds by different numbers of workers, more than there are processors: no round is lost or done
    /// twice.
    @Test(arguments: [1, 64]) func everyRoundIsDoneOnce(processors: Int) throws {
        let most = 6
        let done = Scratch<Double>(Array(repeating: 0, count: most))
        var expected = Array(repeating: 0.0, count: most)
        try ThreadPool.shared.resize(to: most, processors: processors)
        defer { try! ThreadPool.shared.resize(to: 1) }
        for number in 0..<1000 {
            let parts = 2 + number % (most - 1)
            var found = 0
            // A caller that comes while another test has the pool works alone: those rounds are not this test's.
            let before = done.values
            ThreadPool.shared.run(parts: parts) { worker in
                if worker.index == 0 { found = worker.count }
                done.start[worker.index] += 1
            }
            if found == parts {
                for worker in 0..<parts { expected[worker] += 1 }
            } else {
                for worker in 0..<most { done.start[worker] = before[worker] }
            }
        }
        #expect(done.values == expected)
    }

    /// A pool of four does work of two parts, one and none.
    @Test func fewerPartsThanWorkers() throws {
        try ThreadPool.shared.resize(to: 4)
        defer { try! ThreadPool.shared.resize(to: 1) }
        for parts in [0, 1, 2, 3] {
            let done = Scratch<Double>(Array(repeating: 0, count: 4))
            ThreadPool.shared.run(parts: parts) { done.start[$0.index] += Double($0.count) }
            let count = done.values.filter { $0 > 0 }.count
            #expect(count >= 1 && count <= max(1, parts) && done.values.reduce(0, +) == Double(count * count))
        }
    }

    /// Two threads that both ask: one is served, the other works alone, and both have their sums.
    @Test func twoCallers() throws {
        try ThreadPool.shared.resize(to: 2)
        defer { try! ThreadPool.shared.resize(to: 1) }
        let results = Scratch<Double>([0, 0])
        let total = 1000
        nonisolated(unsafe) let start = results.start
        DispatchQueue.concurrentPerform(iterations: 2) { caller in
            for _ in 0..<500 {
                let parts = Scratch<Double>([0, 0])
                ThreadPool.shared.run(parts: 2) { worker in
                    for number in worker.partition(of: total, by: 7) { parts.start[worker.index] += Double(number) }
                    worker.waitAtBarrier()
                }
                start[caller] += parts.start[0] + parts.start[1]
            }
        }
        #expect(results.values == [249_750_000, 249_750_000])
    }

    /// However many threads share a product by its columns, each element comes out as the same bits.
    @Test(arguments: [2, 3, 4]) func sharedProducts(threads: Int) throws {
        let (rows, columns, terms) = (33, 200, 129)
        let a = Scratch<Float>(noise: rows * terms, key: 1)
        let b = Scratch<Float>(noise: terms * 208, key: 2)
        func product(_ threads: Int) throws -> [Float] {
            let c = Scratch<Float>(Array(repeating: 0, count: rows * columns))
            try run(threads) { worker in
                Float.multiply(
                    Matrix(a.start, rows: rows, columns: terms), PackedMatrix(b.start, rows: terms, columns: columns),
                    columns: worker.partition(of: columns, by: 16), from: nil,
                    into: Matrix(c.start, rows: rows, columns: columns))
            }
            return c.values
        }
        let alone = try product(1)
        #expect(alone.contains { $0 != 0 })
        #expect(areIdentical(try product(threads), alone))
    }
}
