/// The figures of one repetition. What was not measured is absent.
///
/// Results have rows by the hundred thousand: a bit for every figure that is there and their values one after the other take a
/// quarter of a dictionary's bytes.
package struct Measurement: Hashable, Sendable {
    /// Bit i for the figure with index i.
    private var present: UInt64 = 0
    /// In the order of the figures.
    private var values: [Value] = []

    package init() {}

    /// Of figures in the order of the columns, each at most once.
    package init(inOrder figures: [(figure: Figure, value: Value)]) {
        values.reserveCapacity(figures.count)
        for (figure, value) in figures where value.number.isFinite {
            precondition(present >> figure.index == 0, "figures come in the order of the columns")
            present |= 1 << figure.index
            values.append(value)
        }
    }

    /// A number that is not finite, as the loss of a network that diverged, is no figure: it reads as absent.
    package subscript(figure: Figure) -> Value? {
        get { present & bit(figure) == 0 ? nil : values[position(figure)] }
        set {
            let isThere = present & bit(figure) != 0
            switch newValue {
            case .some(let value) where value.number.isFinite:
                if isThere {
                    values[position(figure)] = value
                } else {
                    values.insert(value, at: position(figure))
                    present |= bit(figure)
                }
            default:
                guard isThere else { return }
                values.remove(at: position(figure))
                present &= ~bit(figure)
            }
        }
    }

    private func bit(_ figure: Figure) -> UInt64 { 1 << figure.index }

    /// Where the figure's value stands or would stand: after those of the figures before it.
    private func position(_ figure: Figure) -> Int { (present & (bit(figure) - 1)).nonzeroBitCount }

    /// `key=value` words in the order of the columns: how a trial's process hands its figures back.
    package var line: String {
        Figure.allCases.compactMap { figure in self[figure].map { "\(figure.rawValue)=\($0)" } }.joined(separator: " ")
    }

    /// Reads a line of words; nil when any word is not one of ours.
    package init?(line: String) {
        for word in line.split(separator: " ", omittingEmptySubsequences: false) {
            let sides = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard sides.count == 2, let figure = Figure(rawValue: sides[0]), self[figure] == nil,
                let value = Value(sides[1], unit: figure.unit)
            else { return nil }
            self[figure] = value
        }
    }
}
