import CVectorMath

/// How the numbers of a record are kept: as they are computed, or in fewer bits.
///
/// Of `int8`, `int4` and `int2` groups of ``group`` values side by side share a least value and a step, two floats; see packing.h. What
/// ActNN (Chen et al. 2021, arXiv:2104.14129) does for convolutions.
public enum RecordFormat: String, CaseIterable, Hashable, Sendable {
    case native, bfloat16, float16, int8, int4, int2

    /// Values that share a least value and a step.
    public static var group: Int { Int(UNROLL_GROUP) }

    /// The format's number in packing.h; nil of what is not packed.
    private var code: Int32? {
        switch self {
        case .native: nil
        case .bfloat16: Int32(UNROLL_BFLOAT16)
        case .float16: Int32(UNROLL_FLOAT16)
        case .int8: Int32(UNROLL_INT8)
        case .int4: Int32(UNROLL_INT4)
        case .int2: Int32(UNROLL_INT2)
        }
    }

    /// Bytes of a run of numbers side by side; nil of what is not packed, which takes its type's.
    public func bytes(of count: Int) -> Int? {
        let headers = (count + RecordFormat.group - 1) / RecordFormat.group * Int(UNROLL_GROUP_HEADER)
        return switch self {
        case .native: nil
        case .bfloat16, .float16: 2 * count
        case .int8: headers + count
        case .int4: headers + (count + 1) / 2
        case .int2: headers + (count + 3) / 4
        }
    }
}

extension RecordFormat {
    /// Packs runs of numbers.
    ///
    /// - Parameters:
    ///   - to: memory of ``bytes(of:)`` bytes for each run.
    ///   - key: what the chances of stochastic rounding are made of, with each number's place; nil for rounding to the nearest.
    ///   - place: of the first number.
    public func pack(
        _ values: UnsafePointer<Float>, _ runs: NumberRuns, to packed: UnsafeMutableRawPointer, key: UInt64?, place: Int
    ) {
        let (code, isRandom, key) = (required, Int32(key == nil ? 0 : 1), UInt(key ?? 0))
        for run in 0..<runs.number {
            let at = run * runs.pitch
            unroll_pack_f32(
                values + at, runs.count, packed + run * runs.packedPitch, code, isRandom, key,
                UInt32(truncatingIfNeeded: place + at))
        }
    }

    /// The same of Double's, each rounded to a Float first.
    public func pack(
        _ values: UnsafePointer<Double>, _ runs: NumberRuns, to packed: UnsafeMutableRawPointer, key: UInt64?,
        place: Int
    ) {
        let (code, isRandom, key) = (required, Int32(key == nil ? 0 : 1), UInt(key ?? 0))
        for run in 0..<runs.number {
            let at = run * runs.pitch
            unroll_pack_f64(
                values + at, runs.count, packed + run * runs.packedPitch, code, isRandom, key,
                UInt32(truncatingIfNeeded: place + at))
        }
    }

    /// Unpacks runs of numbers.
    public func unpack(_ packed: UnsafeRawPointer, _ runs: NumberRuns, to values: UnsafeMutablePointer<Float>) {
        let code = required
        for run in 0..<runs.number {
            unroll_unpack_f32(packed + run * runs.packedPitch, runs.count, values + run * runs.pitch, code)
        }
    }

    public func unpack(_ packed: UnsafeRawPointer, _ runs: NumberRuns, to values: UnsafeMutablePointer<Double>) {
        let code = required
        for run in 0..<runs.number {
            unroll_unpack_f64(packed + run * runs.packedPitch, runs.count, values + run * runs.pitch, code)
        }
    }

    private var required: Int32 {
        guard let code else { preconditionFailure("native records are not packed") }
        return code
    }
}
