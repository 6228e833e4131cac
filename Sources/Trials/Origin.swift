/// The build and the machine that measured a row.
///
/// A row carries the key alone. What it means is in an environment.json next to the file, and what two keys have in common is
/// filled in when the file is read.
package struct Origin: Hashable, Sendable {
    /// The key of the environment, 16 hexadecimal digits; empty when nothing is known of it.
    package var key: String
    /// The same text for rows of the same measuring program and libraries, under the same warm-up: their bytes, steps and times
    /// may be held against each other.
    package var build: String
    /// The same text for rows of the same machine under the same limits: their times may be.
    package var machine: String

    package static let unknown = Origin()

    /// - Parameter key: of an environment of which no more is known: it is like no other.
    package init(key: String = "") {
        self.key = key
        build = key
        machine = key
    }

    /// Whether times of the two may be held against each other.
    package func isComparable(with other: Origin) -> Bool { build == other.build && machine == other.machine }

    /// As it is shown.
    package var text: String { key.isEmpty ? "unknown" : key }

    /// Whether a text can be a key.
    package static func isKey(_ text: String) -> Bool {
        text.utf8.count == 16
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}

extension [Row] {
    /// Rows of several builds or machines, taken for comparable because the user asked for it. The keys stay.
    package func mixed() -> [Row] {
        map { row in
            var row = row
            (row.origin.build, row.origin.machine) = (Origin.mixed, Origin.mixed)
            return row
        }
    }
}

extension Origin {
    /// The build and machine of rows that are compared across both.
    fileprivate static let mixed = "mixed"

    /// Whether it was asked that it is compared with any other.
    package var isMixed: Bool { build == Origin.mixed }
}
