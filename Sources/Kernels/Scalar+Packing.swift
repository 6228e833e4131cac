public import Vectors

extension Float {
    public static func pack(
        _ values: UnsafePointer<Float>, _ runs: NumberRuns, as format: RecordFormat, to packed: UnsafeMutableRawPointer,
        key: UInt64?, place: Int
    ) {
        format.pack(values, runs, to: packed, key: key, place: place)
    }

    public static func unpack(
        _ packed: UnsafeRawPointer, _ runs: NumberRuns, as format: RecordFormat, to values: UnsafeMutablePointer<Float>
    ) {
        format.unpack(packed, runs, to: values)
    }
}

extension Double {
    public static func pack(
        _ values: UnsafePointer<Double>, _ runs: NumberRuns, as format: RecordFormat,
        to packed: UnsafeMutableRawPointer,
        key: UInt64?, place: Int
    ) {
        format.pack(values, runs, to: packed, key: key, place: place)
    }

    public static func unpack(
        _ packed: UnsafeRawPointer, _ runs: NumberRuns, as format: RecordFormat, to values: UnsafeMutablePointer<Double>
    ) {
        format.unpack(packed, runs, to: values)
    }
}
