package import Quantities

/// What a machine's limits are measured with.
package enum Roofline {
    /// Rows and columns of the large products.
    package static let product = 2048
    /// How many barriers threads go through when their latency is timed.
    package static let barriers = 100_000
    /// What is copied to measure the memory's rate: far more than caches hold. Each byte is read once and written once.
    package static let copied = Bytes(1 << 28)

    /// What each thread reads over and over to measure the rate of a cache that some of them share: all together half of it, in whole
    /// pages.
    package static func read(fromCache bytes: Int, sharedBy threads: Int) -> Bytes {
        Bytes(max(page, bytes / 2 / threads / page * page))
    }

    /// The same for memory: four times the last cache, and no less than is copied.
    ///
    /// - Parameters:
    ///   - cache: bytes of the last cache; 0 where none is known.
    ///   - sharing: threads that share it.
    package static func read(beyondCache cache: Int, sharedBy sharing: Int, threads: Int) -> Bytes {
        Bytes(max(copied.count / threads, 4 * cache / sharing) / page * page)
    }

    private static let page = 4096
}
