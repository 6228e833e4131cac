import Shapes

/// The files that say what trials are, each looked at once: of weights, which have a network's shape, and of data.
package struct TrialFiles {
    private var weights: [WeightsQuestion: WeightsFile] = [:]
    private var data: [DataQuestion: (task: TrainingTask, dimensions: DataDimensions)] = [:]

    private struct WeightsQuestion: Hashable {
        let reference: WeightsReference
        let cell: Cell?
    }

    private struct DataQuestion: Hashable {
        let task: TrainingTask
        let outputs: Int?
    }

    package init() {}

    /// Makes a trial of factors as text. What its files say need not be given: cell, layers, input, hidden and bidirectional are those
    /// of the weights, input is that of the data, outputs are those of the head. Batch and length, where they are not given, are no
    /// more than the data have.
    ///
    /// - Parameters:
    ///   - texts: factors with their values, given or by default.
    ///   - given: those that were given.
    /// - Throws: ``TrialError``.
    package mutating func trial(_ texts: [Factor: String], given: Set<Factor>) throws(TrialError) -> Trial {
        var texts = texts
        let file = try weightsFile(texts, given: given)
        for (factor, text) in file?.factors ?? [:] {
            // What is given otherwise is an error that the whole trial makes.
            if !given.contains(factor) { texts[factor] = text }
        }
        let known = given.union(file?.factors.keys.map(\.self) ?? [])
        var task = Trial.usual.task
        if let text = texts[.task] {
            var trial = Trial.usual
            try Factor.task.set(text, in: &trial)
            task = trial.task
        }
        if let completed = try completed(
            task, outputs: file?.outputs, isOptional: known.isSuperset(of: TrialFiles.ofData))
        {
            task = completed.task
            try expect(completed.dimensions, of: task, &texts, known)
        } else if !given.contains(.task), let outputs = file?.outputs, let other = task.with(outputs: outputs) {
            task = other
        }
        texts[.task] = task.description
        let trial = try Trial(texts)
        if let file {
            do throws(WeightsError) { try file.expect(trial) } catch { throw .file(.weights(error)) }
        }
        return trial
    }

    private mutating func weightsFile(
        _ texts: [Factor: String], given: Set<Factor>
    ) throws(TrialError) -> WeightsFile? {
        guard let text = texts[.weights], !text.isEmpty else { return nil }
        guard let reference = WeightsReference(text) else { throw .value(text, .weights) }
        let cell = given.contains(.cell) ? texts[.cell].flatMap(Cell.init) : nil
        let question = WeightsQuestion(reference: reference, cell: cell)
        if let known = weights[question] { return known }
        do throws(WeightsError) {
            let file = try WeightsFile(reference, cell: cell)
            weights[question] = file
            return file
        } catch {
            throw .file(.weights(error))
        }
    }

    /// What a file of data is asked for.
    private static let ofData: Set<Factor> = [.input, .batch, .length]

    /// - Parameter isOptional: whether the file may be missing, where the task says all of itself: a dry run, or results from another
    ///   machine, need no data.
    private mutating func completed(
        _ task: TrainingTask, outputs: Int?, isOptional: Bool
    ) throws(TrialError) -> (task: TrainingTask, dimensions: DataDimensions)? {
        let question = DataQuestion(task: task, outputs: outputs)
        if let known = data[question] { return known }
        do throws(TaskDataError) {
            let completed = try task.completed(outputs: outputs)
            data[question] = completed
            return completed
        } catch {
            if case .file(.system) = error, isOptional, task.lacking == nil { return nil }
            throw .file(.data(error))
        }
    }

    /// Holds factors against what the data have, or takes them from there.
    ///
    /// - Parameter known: those that may not be changed.
    private func expect(
        _ dimensions: DataDimensions, of task: TrainingTask, _ texts: inout [Factor: String], _ known: Set<Factor>
    ) throws(TrialError) {
        func refused(_ what: String) -> TrialError { .file(.data(.unfit(path: task.file ?? "", what))) }
        let input = String(dimensions.input)
        if known.contains(.input), let text = texts[.input], text != input {
            throw refused("has inputs of \(dimensions.input) channels, and 'input' is '\(text)'")
        }
        texts[.input] = input
        for (factor, most, of) in [
            (Factor.batch, dimensions.sequences, "sequences"), (.length, dimensions.steps, "steps"),
        ] {
            let text = texts[factor] ?? Trial.usual[factor]
            guard let number = Int(text), number > most else { continue }
            guard !known.contains(factor) else {
                throw refused("has \(most) \(of), and '\(factor.rawValue)' is '\(text)'; allowed: at most \(most)")
            }
            texts[factor] = String(most)
        }
    }
}

extension Trial {
    /// The same network, drawn from the seed, on data that are made: what times are measured of, at lengths that a file of sequences
    /// may not have. With CTC, whose work depends on the labels, the data stay the file's.
    package var withoutFiles: Trial {
        var trial = self
        (trial.weights, trial.weightsContent) = (nil, nil)
        guard task.hasValidation, task.criterion != .ctc, let task = TrainingTask.usual.with(outputs: outputs) else {
            return trial
        }
        (trial.task, trial.content, trial.validation) = (task, nil, 0)
        return trial
    }
}

/// A file that says what a trial is and cannot be used.
package enum InputFileError: Error, Hashable, CustomStringConvertible {
    case weights(WeightsError)
    case data(TaskDataError)

    package var description: String {
        switch self {
        case .weights(let error): error.description
        case .data(let error): error.description
        }
    }

    /// Whether the system, and not the file, is what is wrong.
    package var isSystem: Bool {
        switch self {
        case .weights(let error): error.isSystem
        case .data(.file): true
        case .data: false
        }
    }

    /// The factor that names the file.
    package var factor: Factor {
        switch self {
        case .weights: .weights
        case .data: .task
        }
    }
}
