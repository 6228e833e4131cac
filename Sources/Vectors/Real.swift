public import CVectorMath

/// A floating-point type with vectors of it and the functions that formulas are made of: all that a cell's equations need.
/// What is here is inlined from headers; no library, no product and no thread comes with it.
public protocol Real: BinaryFloatingPoint, BitwiseCopyable, Codable, SIMDScalar, Sendable {
    /// 64 bytes of elements.
    associatedtype Vector: Lanes where Vector.Scalar == Self

    static func tanh(_ values: Vector) -> Vector
    static func exp(_ values: Vector) -> Vector
    /// 1/(1 + exp(−x)).
    static func sigmoid(_ values: Vector) -> Vector
    /// Of positive numbers.
    static func log(_ values: Vector) -> Vector
}

extension Float: Real {
    public typealias Vector = SIMD16<Float>

    @inlinable public static func tanh(_ values: Vector) -> Vector { unroll_tanh_f32(values) }
    @inlinable public static func exp(_ values: Vector) -> Vector { unroll_exp_f32(values) }
    @inlinable public static func sigmoid(_ values: Vector) -> Vector { unroll_sigmoid_f32(values) }
    @inlinable public static func log(_ values: Vector) -> Vector { unroll_log_f32(values) }
}

extension Double: Real {
    public typealias Vector = SIMD8<Double>

    @inlinable public static func tanh(_ values: Vector) -> Vector { unroll_tanh_f64(values) }
    @inlinable public static func exp(_ values: Vector) -> Vector { unroll_exp_f64(values) }
    @inlinable public static func sigmoid(_ values: Vector) -> Vector { unroll_sigmoid_f64(values) }
    @inlinable public static func log(_ values: Vector) -> Vector { unroll_log_f64(values) }
}
