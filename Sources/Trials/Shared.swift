/// A value that its holder's copies share until one of them changes it: what many rows have in common, such as a trial with a dozen
/// references, costs a copy of a row one.
@propertyWrapper
package struct Shared<Value: Hashable & Sendable>: Hashable, Sendable {
    /// Changed while one holder has it alone.
    private final class Box: @unchecked Sendable {
        var value: Value
        init(_ value: Value) { self.value = value }
    }

    private var box: Box

    package init(wrappedValue: Value) { box = Box(wrappedValue) }

    package var wrappedValue: Value {
        _read { yield box.value }
        _modify {
            if !isKnownUniquelyReferenced(&box) { box = Box(box.value) }
            yield &box.value
        }
        set { box = Box(newValue) }
    }

    /// The value with who shares it.
    package var projectedValue: Shared {
        get { self }
        set { self = newValue }
    }

    /// Whether the two are one; equal values need not be.
    package func isOne(with other: Shared) -> Bool { box === other.box }

    package static func == (one: Shared, other: Shared) -> Bool {
        one.isOne(with: other) || one.box.value == other.box.value
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(box.value) }
}
