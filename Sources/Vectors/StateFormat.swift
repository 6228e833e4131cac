/// How the numbers of a saved state are kept: as they are computed, or in fewer bits.
public enum StateFormat: String, CaseIterable, Hashable, Sendable {
    case native, bfloat16

    /// How they are packed; nil of what is not.
    package var packing: RecordFormat? { self == .bfloat16 ? .bfloat16 : nil }
}
