import Experiments
import Schedules
import Shapes
import Testing
import Trials

private func trials() throws -> [Trial] {
    var trials: [Trial] = []
    for cell in [Cell.elman, .lstm, .gru] {
        for length in [64, 128, 256, 512, 1024, 2048] {
            for strategy in [Strategy.full, .segmented(length: nil), .binomial(slots: 4)] {
                trials.append(try Trial(cell: cell, length: length, strategy: strategy))
            }
        }
    }
    return trials
}

@Test(arguments: 1...40)
func everyTrialIsInOneShard(_ count: Int) throws {
    let all = try trials()
    let shards = (1...count).map { Shard(index: $0, of: count)!.trials(of: all) }
    #expect(Set(shards.joined()) == Set(all))
    #expect(shards.reduce(0) { $0 + $1.count } == all.count)
    for shard in shards {
        // Strategies that are measured in turn stay together, and in the experiment's order.
        for group in shard.groups() { #expect(group.count == 3) }
        #expect(shard == all.filter(Set(shard).contains))
    }
    // Graham's bound on the longest against any split: a third more than the mean, or the longest group alone.
    let loads = shards.map { $0.reduce(0) { $0 + $1.work } }
    let longest = all.groups().map { $0.reduce(0) { $0 + $1.work } }.max()!
    #expect(loads.max()! <= max(longest, loads.reduce(0, +) / count / 3 * 4 + longest / 3))
}

@Test func shardsAreSpelledOneWay() throws {
    #expect(Shard("2/3") == Shard(index: 2, of: 3))
    #expect(Shard(index: 2, of: 3)?.description == "2/3")
    for text in ["", "2", "2/", "/3", "0/3", "4/3", "-1/3", "1/0", "1/1001", "1/2/3", "a/b", " 1/2"] {
        #expect(Shard(text) == nil, "\(text)")
    }
    let shard = try #require(Shard("2/3"))
    #expect(shard.name("measurements.csv") == "measurements.2-of-3.csv")
    #expect(shard.name("environment.json") == "environment.2-of-3.json")
    #expect(Shard(fileName: "measurements.2-of-3.csv") == shard)
    for name in [
        "measurements.csv", "measurements.previous.csv", "measurements.2.previous.csv", "measurements.4-of-3.csv",
        "measurements.02-of-3.csv", "environment.2-of-3.json", "measurements.2-of-3.previous.csv",
    ] {
        #expect(Shard(fileName: name) == nil, "\(name)")
    }
}
