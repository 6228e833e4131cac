extension Equatable {
    /// Whether another value is of the same type and equal.
    ///
    /// For values of a protocol type that are compared by the hundred thousand: a cast that asks at run time whether a value is of a
    /// type takes longer than the comparison.
    public func isEqual(to other: any Equatable) -> Bool {
        func equals<Other: Equatable>(_ other: Other) -> Bool {
            guard Self.self == Other.self else { return false }
            // One type: the memory of one is the memory of the other.
            return withUnsafePointer(to: other) {
                UnsafeRawPointer($0).assumingMemoryBound(to: Self.self).pointee == self
            }
        }
        return equals(other)
    }
}
