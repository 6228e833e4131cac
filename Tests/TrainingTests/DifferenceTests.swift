import CaseLists
import Kernels
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    @Suite struct DifferenceTests {
        /// Parameters that a step from a state of 0 does not see.
        private static let ofState = [
            "weight_hh", "weight_pi", "weight_pf", "weight_cz", "weight_cf", "nu_log", "theta_log",
            "gain_hi", "gain_hf", "gain_hg", "gain_ho", "gain_xf", "bias_f",
        ]

        /// Every element of every parameter's gradient against central differences in Double, to 1e−7 of the tensor's norm: see
        /// `isSlope(_:within:of:)`.
        ///
        /// Of a cell in fixed point the loss is a staircase: its gradient, which takes a rounded number for the number, is held against
        /// its equations (CellEquationsTests).
        @Test(arguments: Cell.allCases.filter { $0.bits == nil }, Cases.every(3, of: [2, 1, 3]))
        func gradients(cell: Cell, layers: Int) throws {
            // Of a text, whose weights are many, one direction.
            // Tasks differ in their loss, which is of no account to a cell.
            let tasks = cell == .standard ? TaskTests.tasks : Cases.every(TaskTests.tasks.count, of: TaskTests.tasks)
            let both = tasks.filter { $0 != TaskTests.text }
            for (task, bidirectional) in tasks.map({ ($0, false) }) + both.map({ ($0, true) }) {
                // Strings of the Reber grammar end before, each at its own place.
                let length = task == .reber ? 16 : max(6, task.leastLength)
                let session = try Session<Double>(
                    Trial(
                        cell: cell, layers: layers, input: max(3, task.leastInput), hidden: 4, batch: 2, length: length,
                        task: task, bidirectional: bidirectional, precision: .double), heaps: TrainingTests.heaps)
                let schedule = Full(length: length)
                #expect(try (Source<Double>(session.trial).ends != nil) == (task == .reber))
                _ = try session.executor.run(schedule)
                let gradients = session.network.parameters.map {
                    Array(UnsafeBufferPointer(start: $0.gradient, count: $0.count))
                }
                func loss(_ value: UnsafeMutablePointer<Double>, at x: Double) throws -> Double {
                    let kept = value.pointee
                    defer { value.pointee = kept }
                    value.pointee = x
                    return try session.executor.run(schedule).loss
                }
                for (parameter, gradient) in zip(session.network.parameters, gradients) {
                    let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    // All that the loss of the last step sees of the top layer's reverse direction is its first step. The
                    // loss of these tasks is of no other step.
                    let isUnseen =
                        bidirectional && [.adding, .copy(delay: length - 1)].contains(task)
                        && DifferenceTests.ofState.contains { parameter.name == "\($0)_l\(layers - 1)_reverse" }
                    #expect((norm == 0) == isUnseen, "\(parameter.name)")
                    // Of the many weights of a one-hot byte, some.
                    for place in stride(from: 0, to: parameter.count, by: parameter.count > 4096 ? 97 : 1) {
                        let value = parameter.values + place
                        let isRight = try isSlope(gradient[place], within: 1e-7 * norm) { delta in
                            try loss(value, at: value.pointee + delta)
                        }
                        #expect(isRight, "\(parameter.name)[\(place)]: \(gradient[place])")
                    }
                }
            }
        }
    }
}
