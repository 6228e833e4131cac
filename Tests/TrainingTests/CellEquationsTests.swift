import Kernels
import Networks
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    @Suite struct CellEquationsTests {
        /// PyTorch's own cells have PyTorch to be compared with; every other one has its equations here.
        @Test func everyCellHasEquations() {
            let without = Cell.allCases.filter { cell in !CellEquations.all.contains { $0.cell == cell } }
            #expect(without.allSatisfy { $0.kind.torchModule != nil })
        }

        @Test(
            arguments: CellEquations.all.map(\.cell),
            [(1, 1, 1, 1, 2), (1, 3, 5, 2, 9), (2, 4, 17, 3, 20)])
        func isAsTheEquationsSay(cell: Cell, size: (layers: Int, input: Int, hidden: Int, batch: Int, length: Int))
            throws
        {
            let session = try Session<Double>(
                Trial(
                    cell: cell, layers: size.layers, input: size.input, hidden: size.hidden, batch: size.batch,
                    length: size.length, precision: .double), heaps: TrainingTests.heaps)
            let network = session.network
            // Vectors that start at 1 or 0 are moved away from it.
            for parameter in network.parameters where parameter.shape.count == 1 {
                let values = parameter.exported(parameter.values)
                parameter.place(
                    values.enumerated().map { $1 + 0.1 * Double($0 % 3 - 1) }, in: parameter.values)
            }
            let loss = try session.executor.run(Full(length: size.length)).loss
            let source = try Source<Double>(session.trial)
            var (inputs, targets): ([[Double]], [[Double]]) = ([], [])
            for step in 0..<size.length {
                let x = network.inputs(ahead: step..<step + 1)
                source.input(at: step, into: x)
                inputs.append(Array(UnsafeBufferPointer(start: x.start, count: size.batch * size.input)))
                source.target(at: step, into: network.head.targets.start)
                targets.append(
                    Array(UnsafeBufferPointer(start: network.head.targets.start, count: network.head.targets.count)))
            }
            let equations = try #require(CellEquations.all.first { $0.cell == cell })
            let wanted = EquationsGradient(equations, network, inputs, targets)
            #expect(abs(loss - wanted.loss) <= 1e-12 * loss)
            for parameter in network.parameters {
                let (here, there) = (parameter.exported(parameter.gradient), wanted.gradients[parameter.name]!)
                func length(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
                let (norm, apart) = (length(there), length(zip(here, there).map { $0 - $1 }))
                #expect(apart <= 1e-12 * norm, "\(parameter.name): \(apart / norm)")
                // A single unit is its own mean: normalised, it is 0 whatever it is.
                #expect(norm > 0 || cell.spansUnits && size.hidden == 1, "\(parameter.name)")
            }
        }

        /// Gates that are driven to their ends, ± 10⁴ and beyond, leave every number finite, in both types.
        @Test(arguments: [Cell.slstm, .mingru, .minlstm, .elstm])
        func staysFinite(cell: Cell) throws {
            try staysFinite(cell, Float.self)
            try staysFinite(cell, Double.self)
        }

        private func staysFinite<S: Scalar>(_ cell: Cell, _: S.Type) throws {
            let session = try Session<S>(
                Trial(
                    cell: cell, input: 5, hidden: 19, batch: 2, length: 60,
                    precision: S.self == Float.self ? .float : .double), heaps: TrainingTests.heaps)
            for parameter in session.network.parameters where !parameter.name.hasPrefix("head") {
                for index in 0..<parameter.count { parameter.values[index] *= 2e5 }
            }
            #expect(try session.executor.run(session.schedule).loss.isFinite)
            for parameter in session.network.parameters {
                #expect(parameter.exported(parameter.gradient).allSatisfy { $0.isFinite }, "\(parameter.name)")
            }
        }

        /// The published form runs in logarithms; as it stands the recurrence is finite after 10⁵ steps.
        @Test(arguments: [Cell.mingru, .minlstm, .lru]) func longSequencesStayFinite(cell: Cell) throws {
            let session = try Session<Float>(
                Trial(cell: cell, input: 2, hidden: 3, batch: 1, length: 100_000, strategy: .segmented(length: nil)),
                heaps: TrainingTests.heaps)
            let loss = try session.executor.run(session.schedule).loss
            #expect(loss.isFinite && loss > 0)
            for parameter in session.network.parameters {
                let gradient = parameter.exported(parameter.gradient)
                #expect(gradient.allSatisfy { $0.isFinite } && gradient.contains { $0 != 0 }, "\(parameter.name)")
            }
        }
    }
}
