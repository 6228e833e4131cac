import Noise

/// A string of the embedded Reber grammar, drawn from a key: never stored, walked through whenever it is asked for.
///
/// A string of the Reber grammar is in the middle; around it stand B and T or P before, the same T or P and E after. To
/// predict the last but one symbol a network must remember the second across all of the middle (Fahlman 1991, The Recurrent
/// Cascade-Correlation Architecture, NIPS 3; Hochreiter & Schmidhuber 1997, figure 3 and 4). Where the grammar has a choice,
/// both are equally likely.
package struct ReberString: Sequence, Hashable, Sendable {
    package enum Symbol: Int, CaseIterable, Hashable, Sendable { case b, t, p, s, x, v, e }

    private let key: UInt64

    package init(key: UInt64) { self.key = key }

    /// The first string of at most this many symbols among those that the key says one after the other: short strings are
    /// drawn as often, one against another, as without a limit.
    ///
    /// - Parameter longest: at least 9, the shortest string.
    package init(key: UInt64, longest: Int) {
        precondition(longest >= ReberString.shortest)
        var attempt: UInt64 = 0
        self.init(key: noiseKey(key, attempt))
        while prefix(longest + 1).reduce(0, { count, _ in count + 1 }) > longest {
            attempt += 1
            self.init(key: noiseKey(key, attempt))
        }
    }

    package static let shortest = 9

    package func makeIterator() -> Iterator { Iterator(key: key) }

    package struct Iterator: IteratorProtocol {
        private enum Place {
            case start, second
            /// A node of the Reber grammar, as numbered below.
            case node(Int)
            case lastButOne, last, end
        }

        private let key: UInt64
        private var place = Place.start
        private var choices = 0
        private var remembered = Symbol.t

        fileprivate init(key: UInt64) { self.key = key }

        private mutating func choose<Choice>(_ first: Choice, _ second: Choice) -> Choice {
            choices += 1
            return Double.noise(at: choices, key: key) < 0 ? first : second
        }

        package mutating func next() -> Symbol? {
            switch place {
            case .start:
                place = .second
                return .b
            case .second:
                remembered = choose(.t, .p)
                place = .node(0)
                return remembered
            case .node(let node): return step(from: node)
            case .lastButOne:
                place = .last
                return remembered
            case .last:
                place = .end
                return .e
            case .end: return nil
            }
        }

        /// The Reber grammar: B, then the upper half, nodes 2 and 4, or the lower, 3 and 5, which lead into each other; then E.
        private mutating func step(from node: Int) -> Symbol {
            let (symbol, next): (Symbol, Int) =
                switch node {
                case 0: (.b, 1)
                case 1: choose((.t, 2), (.p, 3))
                case 2: choose((.s, 2), (.x, 4))
                case 3: choose((.t, 3), (.v, 5))
                case 4: choose((.x, 3), (.s, 6))
                case 5: choose((.p, 4), (.v, 6))
                default: (.e, 7)
                }
            place = next == 7 ? .lastButOne : .node(next)
            return symbol
        }
    }
}
