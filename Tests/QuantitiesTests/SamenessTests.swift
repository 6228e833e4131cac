import Quantities
import Testing

/// Comparing values of a protocol type.
struct SamenessTests {
    private protocol Named: Hashable {}
    private struct One: Named { let text: String }
    private struct Other: Named { let text: String }
    private struct Empty: Named {}
    private final class Reference: Named {
        let number: Int
        init(_ number: Int) { self.number = number }
        static func == (left: Reference, right: Reference) -> Bool { left.number == right.number }
        func hash(into hasher: inout Hasher) { hasher.combine(number) }
    }

    @Test func typesAndValues() {
        let long = String(repeating: "a", count: 100)
        let values: [any Named] = [
            One(text: "a"), One(text: long), Other(text: "a"), Other(text: long), Empty(), Reference(1), Reference(2),
        ]
        let again: [any Named] = [
            One(text: "a"), One(text: long), Other(text: "a"), Other(text: long), Empty(), Reference(1), Reference(2),
        ]
        for (i, left) in values.enumerated() {
            for (j, right) in again.enumerated() { #expect(left.isEqual(to: right) == (i == j)) }
        }
        #expect(1.isEqual(to: 1) && !1.isEqual(to: 2) && !1.isEqual(to: 1.0))
    }
}
