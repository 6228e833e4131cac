package import Quantities

/// A recurrent cell: a kind, with its parameter where it has one, and how many values per hidden unit its parts hold.
package struct Cell: Sendable {
    package let kind: any CellKind.Type
    /// R, the width of h, of a kind that projects it; nil where h has a value for each unit.
    package let width: Int?
    /// b, the most bits of a number that a step forgets, of a kind whose steps can be undone; nil of others.
    package let bits: Int?
    // Asked for all the time, and in every row of results.
    private let gateCount, phaseCount, splitCount, memoryCount, keptCount, unitsCount: UInt8
    private let recordsGates: Bool
    /// A bit for each gate, part of the memory and part that is kept.
    private let hiddenMask: UInt32
    /// Whether its gates see h through a matrix.
    package let hasHiddenMatrix: Bool
    /// Whether its equations read other units of a row, and not only through U.
    package let spansUnits: Bool

    package init(_ kind: any CellKind.Type, width: Int? = nil, bits: Int? = nil) {
        precondition(kind.projects == (width != nil), "R is of a cell that projects")
        precondition(kind.isReversible == (bits != nil), "b is of a cell whose steps can be undone")
        self.kind = kind
        self.width = width
        self.bits = bits
        gateCount = UInt8(kind.gates.count)
        (recordsGates, spansUnits) = (kind.recordsGates, kind.spansUnits)
        let names = kind.gates + kind.memory.map(\.name) + kind.kept
        hiddenMask = names.enumerated().reduce(0) { mask, name in
            !kind.projects && kind.hiddenFrom?.contains(name.element) ?? true ? mask | 1 << UInt32(name.offset) : mask
        }
        phaseCount = UInt8(kind.phases)
        splitCount = UInt8(kind.splitGates)
        memoryCount = UInt8(kind.memory.count)
        keptCount = UInt8(kind.kept.count)
        unitsCount = UInt8(kind.parameters.count { $0.use == .units })
        hasHiddenMatrix = kind.parameters.contains { $0.use == .hiddenMatrix }
        precondition(kind.parameters.count { $0.use == .inputMatrix } == 1, "a cell's gates see the input")
        precondition(hasHiddenMatrix || kind.carriesHidden && splitCount == 0, "a state goes from step to step")
        precondition(!(hasHiddenMatrix && kind.recordsSums), "sums with U h are not had again from x")
        precondition(kind.recordsGates || !hasHiddenMatrix && !kind.recordsSums, "sums with U h are made in the record")
        precondition(
            kind.phases == 1
                || kind.phases == 2 && hasHiddenMatrix && kind.carriesHidden && !kind.spansUnits && !kind.projects
                    && kind.gates.count.isMultiple(of: 2) && kind.kept.count == 2
                    && [0, 2].contains(kind.memory.count) && splitCount <= 1,
            "halves see each other through U, and keep one value each, with a memory each or none")
    }

    /// Rows of the weights per hidden unit.
    package var gates: Int { Int(gateCount) }
    /// Parts of h that are made one after the other in a step, and the gates of each.
    package var phases: Int { Int(phaseCount) }
    package var gatesOfPhase: Int { gates / phases }
    /// Of a phase, the gates whose two products are added at once: the first ones. The others have them apart.
    package var summedGates: Int { gatesOfPhase - splitGates }
    package var splitGates: Int { Int(splitCount) }

    /// Parts of a state besides h.
    package var memoryParts: Int { Int(memoryCount) }
    /// a_h: what it takes to start again, h and the memory.
    package var stateParts: Int { phases + memoryParts }
    /// Numbers of a unit's that a step of a reversible cell changes: all of two halves; else h takes the place of the memory.
    package var changedParts: Int { phases > 1 ? stateParts : 1 }
    /// The width of h: R where it is projected, else H or, of two halves, 2H.
    package func stateWidth(hidden: Int) -> Int { width ?? phases * hidden }

    /// a_i: what backward needs of a step.
    package var recordParts: Int { recordedGates + memoryParts + Int(keptCount) }
    /// Gates that a record has a value of: all or none.
    package var recordedGates: Int { recordsGates ? gates : 0 }
    /// The names of these; of a cell that projects h, that too, with R values.
    package var recordNames: [String] {
        (recordsGates ? kind.gates : []) + kind.memory.map(\.name) + kind.kept + (kind.projects ? ["h"] : [])
    }

    /// The gates of a record of which independent roundings have another copy.
    package var squaredGates: [Int] { (kind.squared ?? []).map { kind.gates.firstIndex(of: $0)! } }

    /// Whether h is read of a record's gate, or of a part of it; of h that is projected, of neither.
    package func readsHidden(fromGate gate: Int) -> Bool { hiddenMask & 1 << UInt32(gate) != 0 }
    package func readsHidden(fromPart part: Int) -> Bool { readsHidden(fromGate: gates + part) }

    /// Whether its gates can be made again from x, instead of being recorded.
    package var canRecomputeGates: Bool { kind.recordsSums }

    /// Adjoints per hidden unit that the weight gradients are made of: those that U sees, a gate each; of gates with two products
    /// apart those that W sees; and what the gradients of parameters for each unit are sums of.
    package var adjointParts: Int { phases * adjointsOfPhase + unitsParts }
    /// Those of a phase's gates, which lie together.
    package var adjointsOfPhase: Int { gatesOfPhase + splitGates }
    /// Where among these is the one that U sees of a gate.
    package func hiddenAdjoint(of gate: Int) -> Int { gate / gatesOfPhase * adjointsOfPhase + gate % gatesOfPhase }
    /// Where among these is the one that W sees of a gate.
    package func inputAdjoint(of gate: Int) -> Int {
        hiddenAdjoint(of: gate) + (gate % gatesOfPhase < summedGates ? 0 : gatesOfPhase - summedGates)
    }
    /// Where among these is that of a parameter for each unit.
    package func unitsAdjoint(of parameter: Int) -> Int { phases * adjointsOfPhase + parameter }
    /// Parameters with a number for each unit.
    package var unitsParts: Int { Int(unitsCount) }

    package var parameters: [CellParameter] { kind.parameters }

    /// Whether sensitivities can be carried through it: a unit's state and products are a unit's alone.
    package var isCarried: Bool { !kind.projects && !spansUnits && phases == 1 }
}

extension Cell: Hashable {
    package static func == (one: Cell, other: Cell) -> Bool {
        one.kind == other.kind && one.width == other.width && one.bits == other.bits
    }
    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(kind))
        hasher.combine(width)
        hasher.combine(bits)
    }
}

extension Cell: RawRepresentable, CustomStringConvertible {
    package static let largestWidth = 65_536

    /// The words, and what may stand after them.
    package static let vocabulary = Vocabulary(
        "cell",
        allCases.map { cell in
            Signature(
                cell.kind.word,
                (cell.kind.projects ? [TextParameter("width", .whole(1...largestWidth), example: "64")] : [])
                    + (cell.bits == nil ? [] : [TextParameter("bits", .whole(FixedPoint.bits), example: "3")]),
                aliases: cell.kind.aliases, about: cell.kind.name)
        })

    /// Reads `lstm` or `projected:width=64`.
    ///
    /// - Throws: ``ParameterError``.
    package init(_ text: String) throws(ParameterError) {
        let (index, arguments) = try Cell.vocabulary.read(text)
        self.init(Cell.allCases[index].kind, width: arguments.whole("width"), bits: arguments.whole("bits"))
    }

    package init?(rawValue: String) {
        do throws(ParameterError) { try self.init(rawValue) } catch { return nil }
    }

    package var rawValue: String {
        kind.word + (width.map { ":width=\($0)" } ?? "") + (bits.map { ":bits=\($0)" } ?? "")
    }
    package var description: String { rawValue }
    /// What sentences call it.
    package var name: String {
        kind.name + (width.map { " of width \($0)" } ?? "") + (bits.map { " of \($0) bits" } ?? "")
    }
    /// What headings and beginnings of sentences call it: a name that has capitals, as minGRU, keeps them.
    package var title: String {
        name.prefix { $0 != " " }.contains(where: \.isUppercase) ? name : name.prefix(1).uppercased() + name.dropFirst()
    }
}

/// How inputs are multiplied by W.
package enum InputProjection: String, CaseIterable, Hashable, Sendable {
    /// A product for each step.
    case perStep = "per_step"
    /// One product for several steps, whose inputs do not wait for the recurrence: the same bits, faster where the batch
    /// is small, and a workspace for its results.
    case batched
}

/// The type of all tensors' elements.
package enum Precision: String, CaseIterable, Hashable, Sendable {
    case float, double
    /// Products of bfloat16, summed in Float, and records in it; everything else is Float.
    case bfloat16

    package var bytes: Int { self == .double ? 8 : 4 }

    /// How far the nearest number of the type may be, relative to a number that is rounded to it.
    package var unitRoundoff: Double {
        switch self {
        case .float: 0x1p-24
        case .double: 0x1p-53
        case .bfloat16: 0x1p-9
        }
    }
}
