public import CVectorMath

/// 64 bytes of elements, and the arithmetic that formulas are written in: each of these is one instruction, or as few as the
/// machine's registers need.
///
/// Swift's own operators on `SIMD` visit the elements one by one, in the trust that the compiler finds the vector again. In
/// formulas as long as the backward step of an LSTM it did not.
public protocol Lanes: SIMD where Scalar: Real {
    static func + (a: Self, b: Self) -> Self
    static func - (a: Self, b: Self) -> Self
    static func * (a: Self, b: Self) -> Self
    static func / (a: Self, b: Self) -> Self

    /// The greater of two.
    static func max(_ a: Self, _ b: Self) -> Self
    /// The lesser of two.
    static func min(_ a: Self, _ b: Self) -> Self
    /// One value where x ≥ 0, another where it is negative.
    static func choose(by x: Self, positive: Self, negative: Self) -> Self
}

extension Lanes {
    @inlinable public static func - (a: Scalar, b: Self) -> Self { Self(repeating: a) - b }
    @inlinable public static func + (a: Self, b: Scalar) -> Self { a + Self(repeating: b) }
    @inlinable public static func * (a: Self, b: Scalar) -> Self { a * Self(repeating: b) }
    @inlinable public static func / (a: Self, b: Scalar) -> Self { a / Self(repeating: b) }
    @inlinable public static func += (a: inout Self, b: Self) { a = a + b }
}

extension SIMD16: Lanes where Scalar == Float {
    @inlinable public static func + (a: Self, b: Self) -> Self { unroll_add_f32(a, b) }
    @inlinable public static func - (a: Self, b: Self) -> Self { unroll_subtract_f32(a, b) }
    @inlinable public static func * (a: Self, b: Self) -> Self { unroll_multiply_f32(a, b) }
    @inlinable public static func / (a: Self, b: Self) -> Self { unroll_divide_f32(a, b) }
    @inlinable public static func max(_ a: Self, _ b: Self) -> Self { unroll_max_f32(a, b) }
    @inlinable public static func min(_ a: Self, _ b: Self) -> Self { unroll_min_f32(a, b) }
    @inlinable public static func choose(by x: Self, positive: Self, negative: Self) -> Self {
        unroll_choose_f32(x, positive, negative)
    }
}

extension SIMD8: Lanes where Scalar == Double {
    @inlinable public static func + (a: Self, b: Self) -> Self { unroll_add_f64(a, b) }
    @inlinable public static func - (a: Self, b: Self) -> Self { unroll_subtract_f64(a, b) }
    @inlinable public static func * (a: Self, b: Self) -> Self { unroll_multiply_f64(a, b) }
    @inlinable public static func / (a: Self, b: Self) -> Self { unroll_divide_f64(a, b) }
    @inlinable public static func max(_ a: Self, _ b: Self) -> Self { unroll_max_f64(a, b) }
    @inlinable public static func min(_ a: Self, _ b: Self) -> Self { unroll_min_f64(a, b) }
    @inlinable public static func choose(by x: Self, positive: Self, negative: Self) -> Self {
        unroll_choose_f64(x, positive, negative)
    }
}
