/// The kinds of cells there are.
public enum CellKinds {
    /// The list. Types are visited where they are written, so that what the visitor makes is made for each of them and not for any.
    @inlinable
    public static func visit<Visitor: CellVisitor>(_ visitor: inout Visitor) {
        visitor.visit(Elman.self)
        visitor.visit(LSTM.self)
        visitor.visit(GRU.self)
        visitor.visit(Linear.self)
        visitor.visit(Peephole.self)
        visitor.visit(ELSTM.self)
        visitor.visit(MinGRU.self)
        visitor.visit(MinLSTM.self)
        visitor.visit(LRU.self)
        visitor.visit(SLSTM.self)
        visitor.visit(LayerNormLSTM.self)
        visitor.visit(Projected.self)
        visitor.visit(LeapGRU.self)
        visitor.visit(RevGRU.self)
        visitor.visit(RevLSTM.self)
    }
}

extension Cell: CaseIterable {
    /// All cells, in the order of the list; of a kind with a parameter, an example.
    package static let allCases: [Cell] = {
        struct List: CellVisitor {
            var cells: [Cell] = []
            mutating func visit<Kind: CellKind>(_ kind: Kind.Type) {
                cells.append(Cell(kind, width: kind.projects ? 3 : nil, bits: kind.isReversible ? 3 : nil))
            }
        }
        var list = List()
        CellKinds.visit(&list)
        return list.cells
    }()

    /// The one that is meant where none is named.
    package static let standard = Cell(LSTM.self)

    /// The one with the fewest products: what is timed with it is overhead.
    package static let lightest = allCases.min { $0.gates < $1.gates }!
}
