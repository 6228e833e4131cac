import CVectorMath

/// Multiply-adds of Float that stay in registers: the rate that no kernel exceeds.
package enum MultiplyAdds {
    /// Floating-point operations of a round.
    package static var operations: Int { 24 * 2 * Int(UNROLL_VECTOR_BYTES) / MemoryLayout<Float>.stride }

    /// Does this number of rounds, and returns a number that depends on all of them.
    @inline(never)
    package static func run(rounds: Int) -> Float { unroll_multiply_adds(rounds, 0.5) }
}
