import Glibc
import Kernels
import Noise

/// Memory for a test, freed with it.
final class Scratch<S: Scalar> {
    let start: UnsafeMutablePointer<S>
    let count: Int

    init(_ values: [S]) {
        start = .allocate(capacity: max(1, values.count))
        start.initialize(from: values, count: values.count)
        count = values.count
    }

    convenience init(noise count: Int, key: UInt64) {
        self.init(Array(repeating: 0, count: count))
        S.fillNoise(start, count: count, key: key)
    }

    deinit { start.deallocate() }

    var values: [S] { Array(UnsafeBufferPointer(start: start, count: count)) }
}

/// Whether two arrays have the same bits.
func areIdentical<S: Scalar>(_ a: [S], _ b: [S]) -> Bool {
    a.count == b.count && memcmp(a, b, a.count * MemoryLayout<S>.stride) == 0
}
