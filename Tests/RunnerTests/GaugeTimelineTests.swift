import Quantities
import Runner
import Testing

/// Live bytes over time, in a bounded number of buckets.
struct GaugeTimelineTests {
    @Test(
        "However long it gets: few buckets, in order, each with the extremes of all that it joins",
        arguments: [
            1, 511, 512, 513, 514, 1025, 10_000,
        ])
    func merging(count: Int) {
        var timeline = GaugeTimeline()
        func bytes(_ index: Int) -> Int { index * 7919 % 1009 }
        for index in 0..<count {
            timeline.add(
                GaugeTimeline.Bucket(
                    end: .seconds(index + 1), least: Bytes(bytes(index)), most: Bytes(bytes(index) + 5)))
        }
        let buckets = timeline.buckets
        #expect(
            buckets.count <= GaugeTimeline.mostBuckets && buckets.count >= min(count, GaugeTimeline.mostBuckets / 2))
        #expect(buckets.last?.end == .seconds(count))
        var first = 0
        for bucket in buckets {
            let next = Int(bucket.end.inSeconds)
            let joined = (first..<next).map(bytes)
            #expect(!joined.isEmpty)
            #expect(bucket.least.count == joined.min() && bucket.most.count == joined.max().map { $0 + 5 })
            first = next
        }
    }
}
