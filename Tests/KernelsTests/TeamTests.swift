import Dispatch
import Foundation
import Kernels
import Testing

/// Serialized: the team belongs to the process. Tests of training use it at the same time; whoever comes while it is taken
/// works alone, and a test that needs so many members asks until it has them.
@Suite(.serialized) struct TeamTests {
    /// Runs the work with exactly so many members.
    private func run(_ count: Int, _ work: (Team.Member) -> Void) {
        for _ in 0..<100_000 {
            Team.shared.resize(to: count)
            let found = Scratch<Double>([0])
            Team.shared.run(parts: count) { member in
                if member.place == 0 { found.start[0] = Double(member.count) }
                if member.count == count { work(member) }
            }
            Team.shared.resize(to: 1)
            if found.start[0] == Double(count) { return }
            usleep(1000)
        }
        Issue.record("the team never had \(count) members")
    }

    /// Shares cover all, in order and without overlap, and begin at whole units.
    @Test(arguments: 1...8) func sharesCoverAll(count: Int) {
        let (totals, units) = (0...70, [1, 6, 16])
        let places = totals.count * units.count
        let begins = Scratch<Double>(Array(repeating: -1, count: count * places))
        let ends = Scratch<Double>(Array(repeating: -1, count: count * places))
        run(count) { member in
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

    /// Each member's sums are of what all have written before they met: none goes on before, none is left behind. The
    /// others fall asleep in the pauses, and members beyond those in use sign off too.
    @Test(arguments: 1...4) func membersMeet(count: Int) {
        let (runs, rounds) = (30, 10)
        for number in 0..<runs {
            let slots = Scratch<Double>(Array(repeating: 0, count: count))
            let sums = Scratch<Double>(Array(repeating: 0, count: count * rounds))
            run(count) { member in
                for round in 0..<rounds {
                    slots.start[member.place] = Double((member.place + 1) * (round + number))
                    member.await()
                    sums.start[member.place * rounds + round] = (0..<count).reduce(0) { $0 + slots.start[$1] }
                    member.await()
                }
            }
            for member in 0..<count {
                for round in 0..<rounds {
                    let sum = Double(count * (count + 1) / 2 * (round + number))
                    #expect(sums.values[member * rounds + round] == sum)
                }
            }
            if number % 10 == 0 { usleep(3000) }
        }
    }

    /// A team of four does work of two parts, one and none.
    @Test func fewerPartsThanMembers() {
        Team.shared.resize(to: 4)
        defer { Team.shared.resize(to: 1) }
        for parts in [0, 1, 2, 3] {
            let done = Scratch<Double>(Array(repeating: 0, count: 4))
            Team.shared.run(parts: parts) { done.start[$0.place] += Double($0.count) }
            let count = done.values.filter { $0 > 0 }.count
            #expect(count >= 1 && count <= max(1, parts) && done.values.reduce(0, +) == Double(count * count))
        }
    }

    /// Two threads that both ask: one is served, the other works alone, and both have their sums.
    @Test func twoCallers() {
        Team.shared.resize(to: 2)
        defer { Team.shared.resize(to: 1) }
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
    @Test(arguments: [2, 3, 4]) func sharedProducts(threads: Int) {
        let (rows, columns, terms) = (33, 200, 129)
        let a = Scratch<Float>(noise: rows * terms, key: 1)
        let b = Scratch<Float>(noise: terms * 208, key: 2)
        func product(_ threads: Int) -> [Float] {
            let c = Scratch<Float>(Array(repeating: 0, count: rows * columns))
            run(threads) { member in
                Float.multiply(
                    Matrix(a.start, rows: rows, columns: terms), Panels(b.start, rows: terms, columns: columns),
                    columns: member.share(of: columns, by: 16), from: nil,
                    into: Matrix(c.start, rows: rows, columns: columns))
            }
            return c.values
        }
        let alone = product(1)
        #expect(alone.contains { $0 != 0 })
        #expect(areIdentical(product(threads), alone))
    }
}
