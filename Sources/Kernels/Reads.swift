import CVectorMath

/// Reading with the widest vectors and nothing else: the rate at which a level of memory gives what it holds.
package enum Reads {
    /// What is read is a multiple of these bytes.
    package static var unit: Int { Int(UNROLL_READS * UNROLL_VECTOR_BYTES) }

    /// Reads all of it, again in every round.
    ///
    /// - Returns: the sum of its 32-bit words over all rounds, modulo 2³²: it depends on every byte.
    @inline(never)
    package static func run(_ memory: UnsafeRawBufferPointer, rounds: Int) -> UInt32 {
        precondition(memory.count % unit == 0, "\(memory.count) bytes are no multiple of \(unit)")
        return unroll_read(memory.baseAddress, memory.count, rounds)
    }
}
