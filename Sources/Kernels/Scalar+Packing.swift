public import Vectors

extension Float {
    public static func pack(
        _ values: UnsafePointer<Float>, _ count: Int, as format: RecordFormat, to packed: UnsafeMutableRawPointer,
        key: UInt64?, place: Int
    ) {
        format.pack(values, count, to: packed, key: key, place: place)
    }

    public static func unpack(
        _ packed: UnsafeRawPointer, _ count: Int, as format: RecordFormat, to values: UnsafeMutablePointer<Float>
    ) {
        format.unpack(packed, count, to: values)
    }
}

extension Double {
    public static func pack(
        _ values: UnsafePointer<Double>, _ count: Int, as format: RecordFormat, to packed: UnsafeMutableRawPointer,
        key: UInt64?, place: Int
    ) {
        format.pack(values, count, to: packed, key: key, place: place)
    }

    public static func unpack(
        _ packed: UnsafeRawPointer, _ count: Int, as format: RecordFormat, to values: UnsafeMutablePointer<Double>
    ) {
        format.unpack(packed, count, to: values)
    }
}
