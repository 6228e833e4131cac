package import Shapes

/// How a step's state is made of the one before, as far as pictures show it.
package struct StateLink: Hashable, Sendable {
    /// The gates see h through U; otherwise each unit's h goes into its own next one, and no arrow leads to a gate.
    package let hasProduct: Bool
    /// The state before can be made of the one after: arrows go both ways.
    package let isReversible: Bool

    package init(hasProduct: Bool, isReversible: Bool) {
        (self.hasProduct, self.isReversible) = (hasProduct, isReversible)
    }

    package init(_ cell: Cell) { self.init(hasProduct: cell.hasHiddenMatrix, isReversible: cell.kind.isReversible) }
}
