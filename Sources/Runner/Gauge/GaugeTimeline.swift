package import Quantities

/// Live bytes over time in a bounded number of buckets: when there are too many, two become one, so that a program of any
/// length takes the same room.
package struct GaugeTimeline: Hashable, Sendable {
    package struct Bucket: Hashable, Sendable {
        /// When it ends, from the program's start.
        package let end: Duration
        package let least, most: Bytes

        package init(end: Duration, least: Bytes, most: Bytes) {
            (self.end, self.least, self.most) = (end, least, most)
        }
    }

    package static let mostBuckets = 512

    package private(set) var buckets: [Bucket] = []

    package init() {}

    package mutating func add(_ bucket: Bucket) {
        buckets.append(bucket)
        guard buckets.count > GaugeTimeline.mostBuckets else { return }
        buckets = stride(from: 0, to: buckets.count, by: 2).map { index in
            guard index + 1 < buckets.count else { return buckets[index] }
            let (one, next) = (buckets[index], buckets[index + 1])
            return Bucket(end: next.end, least: min(one.least, next.least), most: max(one.most, next.most))
        }
    }
}
