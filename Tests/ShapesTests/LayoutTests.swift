import Foundation
import Memory
import Schedules
import Shapes
import Testing
import Vectors

/// Gates that do not see h, no bias of U, and a parameter with a number for each unit: h' = h + z (a x' − h), z = σ(W_z x + b_z),
/// x' = W_x x + b_x.
private enum Leaky: UnitwiseCellKind {
    static let word = "leaky"
    static let name = "leaky"
    static let equations: [String] = []
    static let gates = ["z", "x"]
    static let kept = ["h"]
    static let parameters = [
        CellParameter("weight_ih", .inputMatrix), CellParameter("bias_ih", .inputBias), CellParameter("scale", .units),
    ]
    static let carriesHidden = true

    static func forward<S: Real>(_ step: ForwardStep<S>) {}
    static func backward<S: Real>(_ step: BackwardStep<S>) {}
    static func hidden<S: Real>(_ record: RecordedStep<S>) -> S.Vector { record.part(0) }
}

@Suite struct LayoutTests {
    private static let shapes: [Shape] = Cell.allCases.flatMap { cell in
        [(1, 1), (2, 1), (3, 2)].flatMap { layers, directions in
            Variant.allCases.filter { directions == 1 || $0 == .plain }.map { variant in
                Shape(
                    cell: cell, layers: layers, input: 3, hidden: 20, outputs: 5, batch: 2, precision: .double,
                    criterion: .ctc, directions: directions, alignment: AlignmentShape(steps: 7, labels: 3),
                    variant: variant, weightReplicas: variant == .untied ? 7 : 1)
            }
        }
    }

    /// Every tensor has another name within its role, and the prediction is their sum.
    @Test(arguments: LayoutTests.shapes) func predictionIsTheSum(shape: Shape) {
        for resident in [0, 7] {
            let layout = Layout(shape, residentSteps: resident, length: 7)
            for role in Role.allCases {
                let own = layout.tensors.filter { $0.role == role }
                #expect(Set(own.map(\.name)).count == own.count)
                let bytes = own.reduce(0) { $0 + $1.copies * Heap.usableSize($1.elements * 8) }
                #expect(Footprint(shape, residentSteps: resident, length: 7).constant[role] == bytes)
            }
            // Gradients are as the weights are.
            func sizes(_ role: Role) -> [Int] { layout.tensors.filter { $0.role == role }.map(\.elements) }
            #expect(sizes(.gradients) == sizes(.weights))
        }
    }

    /// A cell pays for what it has: no recurrent matrix, no second bias, and a vector.
    @Test func withoutARecurrentMatrix() {
        let cell = Cell(Leaky.self)
        let shape = Shape(cell: cell, layers: 2, input: 3, hidden: 20, outputs: 5, batch: 2, precision: .float)
        let weights = Layout(shape, residentSteps: 0).tensors.filter { $0.role == .weights }
        #expect(
            weights.map { "\($0.name) \($0.elements)" } == [
                "0.weight_ih \(2 * 3 * 32)", "0.bias_ih 40", "0.scale 20", "1.weight_ih \(2 * 20 * 32)", "1.bias_ih 40",
                "1.scale 20", "head.weight \(5 * 32)", "head.bias 5",
            ])
        #expect(!Layout(shape, residentSteps: 0).tensors.contains { $0.name.hasSuffix("hidden_transposed") })
        #expect((cell.stateParts, cell.recordParts, cell.adjointParts) == (1, 3, 3))
        #expect(cell.recordNames == ["z", "x", "h"])
        #expect(shape.forwardFlops == 2 * 2 * 40 * (3 + 20))
        #expect(shape.backwardFlops == 2 * shape.forwardFlops - 2 * 2 * 40 * 3)
        #expect(Cell(rawValue: "leaky") == nil && !Cell.allCases.contains(cell))
    }
}

@Suite struct CellPlaceTests {
    /// What a cell is called stands in its file and in the list. A claim may name what it is about.
    @Test func cellsAreNamedInTheirFilesAlone() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        let words = Cell.allCases.map(\.rawValue).joined(separator: "|")
        // Axes of plots may be linear.
        let named = try Regex("\\.(\(words))\\b(?!\\()|\"(\(words))\"")
        var seen = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            let path = file.path.dropFirst(sources.path.count + 1)
            seen += 1
            guard !path.hasPrefix("Shapes/Cells/"), !path.hasPrefix("Reports/Claims/") else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(
                text.firstMatch(of: named) == nil, "\(path): \(text.firstMatch(of: named).map { text[$0.range] } ?? "")"
            )
        }
        #expect(seen > 100)
    }
}
