import Quantities
import Reports
import Schedules
import Shapes
import Trials

// Pages that are a table of the programs' own, row by row.

extension MadePage {
    private init(_ name: String, title: String, abstract: String, overview: String = "", table: Table) {
        let overview = overview.isEmpty ? "" : overview + "\n\n"
        self.init(
            name: name,
            text: "# \(title)\n\n\(abstract)\n\n## Overview\n\n\(overview)\(table.text(as: .markdown))")
    }

    static let columns = MadePage(
        "Columns", title: "Every column", abstract: "What stands in each column of `measurements.csv`.",
        overview: """
            One row a trial and repetition; bytes, steps and seconds are raw numbers, and an empty field is one not measured. \
            How two runs of a trial must agree: *exact*, up to *rounding*, or not at all where a figure is *of the run*. \
            Factors, which are columns too, are told in <doc:Factors>; how to read them all, in <doc:ReadingTheTables>.
            """,
        table: Table(
            Column.all,
            columns: [
                ColumnDefinition("column", .text) { $0.name },
                ColumnDefinition("what stands in it", .text) { $0.meaning },
                ColumnDefinition("two runs agree", .text) { column in
                    if case .figure(let figure) = column { figure.agreement } else { nil }
                },
            ]))

    static let factors = MadePage(
        "Factors", title: "Every factor",
        abstract: "What tells trials apart: the keys of experiment files, the options of commands.",
        overview: """
            In an experiment file a factor's key is its name here; that of the strategy is `strategies`. Factors of the network \
            stand under `model`. As an option it is the name with dashes: `--input-projection`. See <doc:ExperimentFiles>.
            """,
        table: Table(
            Factor.allCases.filter(\.isChosen),
            columns: [
                ColumnDefinition("factor", .text) { $0.rawValue },
                ColumnDefinition("what it is", .text) { $0.meaning },
                ColumnDefinition("by default", .text) { $0.definition.usual },
                ColumnDefinition("allowed", .text) { $0.allowed },
            ]))

    static let strategies = MadePage(
        "Strategies", title: "Every strategy",
        abstract: "The words for how far to unroll and what to keep, with what each may be given.",
        overview: "How to choose among them: <doc:ChoosingAStrategy>. What each keeps: <doc:WhatUnrollingKeeps>.",
        table: table(of: Strategy.vocabulary))

    static let tasks = MadePage(
        "Tasks", title: "Every task", abstract: "What a network can be trained on, with what each task may be given.",
        overview: "What goes in and comes out: <doc:TrainingAndGradientQuality>, and <doc:SequencesAndCTC>.",
        table: table(of: TrainingTask.vocabulary))

    private static func table(of vocabulary: Vocabulary) -> Table {
        Table(
            vocabulary.signatures,
            columns: [
                ColumnDefinition(vocabulary.kind, .text) { $0.spelling },
                ColumnDefinition("what it is", .text) { $0.about },
                ColumnDefinition("parameters", .text) { signature in
                    signature.parameters.map { "\($0.name): \($0.allowed)" }.joined(separator: "; ")
                },
            ])
    }

    static let cells = MadePage(
        "Cells", title: "Every cell",
        abstract: "What each kind of recurrent cell keeps of a step, and what of a state, counted in values a unit.",
        overview: """
            What is primed is after the step. H: hidden units, D: the width of the input, R: the width of a projected h. A saved \
            state has what is named here, a record a value for each of its parts, per hidden unit and sequence; where gates \
            can be made again from x, `variant: recompute_gates` keeps the other parts alone. Products with W are made for \
            several steps at once, those with U and P step by step: a cell without U has no product that waits for another. \
            Every gradient is exact under each strategy that is, and under those that carry sensitivities forward where \
            they are named; the steps of cells that can be run back are undone by `reversible`, the gradient being full \
            unrolling's to the bit. Parameters are named as in PyTorch, without the layer. \
            `layernorm` is haste's LayerNormLSTM, but for the order of its gates, which is PyTorch's, and the forget gate's \
            bias, which starts at 0 and there at 1; `revgru` is MacKay's RevGRU, but for its reset gate, which comes after \
            the product with U, and `revlstm` MacKay's RevLSTM, but for a limit on what its shares keep: <doc:RunningBack>. How to \
            add one: <doc:AddingACell>.

            Ten of them with 64 units, under full unrolling and in segments of the best length:

            ![Peak memory of cells against the steps](cells-peak-by-cell)

            In the same bytes they learn different things:

            ![Loss by cell at equal bytes](cell-learning-loss-updates)
            """,
        table: Table(
            Cell.allCases,
            columns: [
                ColumnDefinition("cell", .text) { cell in
                    cell.kind.projects
                        ? "\(cell.kind.word):width=R"
                        : cell.bits == nil ? cell.rawValue : "\(cell.kind.word):bits=b"
                },
                ColumnDefinition("what it is", .text) { $0.kind.name },
                ColumnDefinition("equations", .text) { $0.kind.equations.joined(separator: "; ") },
                ColumnDefinition("state", .text) { cell in
                    ((cell.phases > 1 ? cell.kind.kept : ["h"]) + cell.kind.memory.map(\.name)).joined(separator: ", ")
                },
                ColumnDefinition("record", .count) { $0.recordParts },
                ColumnDefinition("parts of the record", .text) { $0.recordNames.joined(separator: ", ") },
                ColumnDefinition("can be made again", .text) {
                    $0.canRecomputeGates ? $0.kind.gates.joined(separator: ", ") : ""
                },
                ColumnDefinition("products of a step", .text) { cell in
                    let others =
                        (cell.hasHiddenMatrix ? ["\(cell.gates) U h"] : []) + (cell.kind.projects ? ["P m"] : [])
                    return (["\(cell.gates) W x"] + others).joined(separator: ", ")
                },
                ColumnDefinition("carried forward", .text) { cell in
                    guard cell.isCarried else { return "" }
                    return cell.hasHiddenMatrix ? "forward" : "forward; of one layer, snap:order=1"
                },
                ColumnDefinition("run back", .text) { $0.kind.isReversible ? ReversibleStrategy.word : "" },
                ColumnDefinition("parameters", .text) { cell in
                    cell.parameters.map { "\($0.name) \(shape(of: $0, in: cell))" }.joined(separator: ", ")
                },
            ]))

    /// PyTorch's shape of a parameter, in letters.
    private static func shape(of parameter: CellParameter, in cell: Cell) -> String {
        let (rows, width) = (cell.gates == 1 ? "H" : "\(cell.gates)H", cell.kind.projects ? "R" : "H")
        return switch parameter.use {
        case .inputMatrix: "[\(rows), D]"
        case .hiddenMatrix: "[\(rows), \(width)]"
        case .projection: "[R, H]"
        case .inputBias, .hiddenBias: "[\(rows)]"
        case .units: "[H]"
        }
    }
}
