package import Quantities

/// What a machine's limits are measured with.
package enum Roofline {
    /// Rows and columns of the large products.
    package static let product = 2048
    /// How many barriers threads go through when their latency is timed.
    package static let barriers = 100_000
    /// What is copied to measure the memory's rate: far more than caches hold. Each byte is read once and written once.
    package static let copied = Bytes(1 << 28)
}
