import Dispatch
import Foundation
import Kernels
import Machine
import Testing

/// Serialized: the team belongs to the process. Tests of training use it at the same time; whoever comes while it is taken
/// works alone, and a test that needs so many members asks until it has them.
@Suite(.serialized) struct TeamTests {
    /// Runs the work with exactly so many members.
    private func run(_ count: Int, processors: Int = 64, _ work: (Team.Member) -> Void) throws {
        for _ in 0..<100_000 {
            try Team.shared.resize(to: count, processors: processors)
            let found = Scratch<Double>([0])
            Team.shared.run(parts: count) { member in
                if member.place == 0 { found.start[0] = Double(member.count) }
                if member.count == count { work(member) }
            }
            try Team.shared.resize(to: 1)
            if found.start[0] == Double(count) { return }
            usleep(1000)
        }
        Issue.record("the team never had \(count) members")
    }

    /// Shares cover all, in order and without overlap, and begin at whole units.
    @Test(arguments: 1...8) func sharesCoverAll(count: Int) throws {
        let (totals, units) = (0...70, [1, 6, 16])
        let places = totals.count * units.count
        let begins = Scratch<Double>(Array(repeating: -1, count: count * places))
        let ends = Scratch<Double>(Array(repeating: -1, count: count * places))
        try run(count) { member in
            var place = member.place * places
            for total in totals {
                for unit in units {
                    let share = member.share(of: total, by: unit)
                    begins.start[place] = Double(share.lowerBound)
                    ends.start[place] = Double(share.upperBound)
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
                for member in 0..<count {
                    let begin = Int(begins.values[member * places + place])
                    let end = Int(ends.values[member * places + place])
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

    /// How members are held up, so that others are still awake, or asleep, when they come.
    enum Delay: CaseIterable { case none, beforeTheBarrier, betweenRounds, atTheEnd }

    /// Each member's sums are of what all have written before they met: none goes on before, none is left behind. With one
    /// processor for all, as the team is told, each wait parks at once; else those that others keep waiting do. Members beyond
    /// those in use sleep through, and come back when they are needed.
    @Test(arguments: [1, 2, 3, 4, 5, 7], Delay.allCases)
    func membersMeet(count: Int, delay: Delay) throws {
        for (number, processors) in [1, 64, 1, 64].enumerated() {
            let rounds = delay == .none ? 200 : 5
            let slots = Scratch<Double>(Array(repeating: 0, count: count))
            let sums = Scratch<Double>(Array(repeating: 0, count: count * rounds))
            try run(count, processors: processors) { member in
                for round in 0..<rounds {
                    if delay == .beforeTheBarrier, round % count == member.place { usleep(1500) }
                    slots.start[member.place] = Double((member.place + 1) * (round + number))
                    member.await()
                    sums.start[member.place * rounds + round] = (0..<count).reduce(0) { $0 + slots.start[$1] }
                    member.await()
                }
                if delay == .atTheEnd, member.place == count - 1 { usleep(1500) }
            }
            let expected = (0..<rounds).map { Double(count * (count + 1) / 2 * ($0 + number)) }
            for member in 0..<count {
                #expect(Array(sums.values[member * rounds..<(member + 1) * rounds]) == expected)
            }
            if delay == .betweenRounds { usleep(3000) }
        }
    }

    /// Many short rounds by different numbers of members, more than there are processors: no round is lost or done twice.
    @Test(arguments: [1, 64]) func everyRoundIsDoneOnce(processors: Int) throws {
        let most = 6
        let done = Scratch<Double>(Array(repeating: 0, count: most))
        var expected = Array(repeating: 0.0, count: most)
        try Team.shared.resize(to: most, processors: processors)
        defer { try! Team.shared.resize(to: 1) }
        for number in 0..<1000 {
            let parts = 2 + number % (most - 1)
            var found = 0
            // Whoever comes while a test beside has the team works alone: those rounds are not this test's.
            let before = done.values
            Team.shared.run(parts: parts) { member in
                if member.place == 0 { found = member.count }
                done.start[member.place] += 1
            }
            if found == parts {
                for member in 0..<parts { expected[member] += 1 }
            } else {
                for member in 0..<most { done.start[member] = before[member] }
            }
        }
        #expect(done.values == expected)
    }

    /// A team of four does work of two parts, one and none.
    @Test func fewerPartsThanMembers() throws {
        try Team.shared.resize(to: 4)
        defer { try! Team.shared.resize(to: 1) }
        for parts in [0, 1, 2, 3] {
            let done = Scratch<Double>(Array(repeating: 0, count: 4))
            Team.shared.run(parts: parts) { done.start[$0.place] += Double($0.count) }
            let count = done.values.filter { $0 > 0 }.count
            #expect(count >= 1 && count <= max(1, parts) && done.values.reduce(0, +) == Double(count * count))
        }
    }

    /// Two threads that both ask: one is served, the other works alone, and both have their sums.
    @Test func twoCallers() throws {
        try Team.shared.resize(to: 2)
        defer { try! Team.shared.resize(to: 1) }
        let results = Scratch<Double>([0, 0])
        let total = 1000
        nonisolated(unsafe) let start = results.start
        DispatchQueue.concurrentPerform(iterations: 2) { caller in
            for _ in 0..<500 {
                let parts = Scratch<Double>([0, 0])
                Team.shared.run(parts: 2) { member in
                    for number in member.share(of: total, by: 7) { parts.start[member.place] += Double(number) }
                    member.await()
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
            try run(threads) { member in
                Float.multiply(
                    Matrix(a.start, rows: rows, columns: terms), Panels(b.start, rows: terms, columns: columns),
                    columns: member.share(of: columns, by: 16), from: nil,
                    into: Matrix(c.start, rows: rows, columns: columns))
            }
            return c.values
        }
        let alone = try product(1)
        #expect(alone.contains { $0 != 0 })
        #expect(areIdentical(try product(threads), alone))
    }
}
