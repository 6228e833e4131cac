import Kernels
import Networks
import Quantities
import Schedules
import Shapes
package import Trials

/// A checkpoint that a training cannot be resumed from.
package enum CheckpointError: Error, Hashable, CustomStringConvertible {
    case unreadable(SafetensorsError)
    /// A safetensors file of something else.
    case foreign(path: String)
    /// Of another training: what is different in it and in this one.
    case other(path: String, differences: [String])
    /// A tensor or a number that is absent or not as it should be.
    case tensor(path: String, String)
    /// It has made more updates than this training is to make.
    case beyond(path: String, updates: Int, asked: Int)

    package var description: String {
        switch self {
        case .unreadable(let error): error.description
        case .foreign(let path): "'\(path)' is no checkpoint of a training; 'unroll train --checkpoint' writes them"
        case .other(let path, let differences):
            "'\(path)' is of another training: " + differences.joined(separator: "; ")
        case .tensor(let path, let what): "'\(path)': \(what)"
        case .beyond(let path, let updates, let asked):
            "'\(path)' has made \(updates) updates already, more than 'updates', \(asked)"
        }
    }
}

// Checkpoints: everything the next update depends on, in one safetensors file. Parameters and moments have PyTorch's names,
// shapes and order of elements.
extension Trainer {
    private static var format: String { "unroll training checkpoint 1" }
    private static var formatName: String { "format" }
    private static var updateName: String { "update" }
    /// Updates of the optimiser: Adam's t.
    private static var changesName: String { "optimizer_updates" }
    /// The window of the last estimate, of strategies that choose one.
    private static var windowName: String { "window" }

    /// Writes a checkpoint. What was there stays until it is whole.
    ///
    /// - Throws: ``ExportError``.
    package func save(to path: String) throws(ExportError) {
        precondition(failure == nil, "a training that diverged has nothing to resume")
        var file = Safetensors()
        let trial = session.trial
        file.facts = [(Trainer.formatName, Trainer.format)]
        file.facts += Factor.allCases.filter { !$0.isDerived }.map { ($0.rawValue, trial[$0]) }
        file.facts.append((Trainer.updateName, String(curve.count)))
        file.facts.append((Trainer.changesName, String(session.optimizer.updates)))
        if let estimate = session.estimate { file.facts.append((Trainer.windowName, String(estimate.window))) }
        if let best = curve.best {
            file.facts += [("best_update", String(best.update)), ("best_loss", String(best.loss))]
        }
        for stored in storedTensors {
            file.tensors.append((stored.name, Safetensors.Tensor(stored.elements, shape: stored.shape)))
        }
        for (name, state) in states {
            file.tensors.append((name, Safetensors.Tensor(Array(state), shape: stateShape)))
        }
        file.tensors.append(("curve.loss", Safetensors.Tensor(curve.losses, shape: [curve.count])))
        file.tensors.append(("curve.quality", Safetensors.Tensor(curve.qualities, shape: [curve.count])))
        try file.write(to: path)
    }

    /// Continues where a checkpoint was written.
    ///
    /// - Throws: ``CheckpointError``; nothing has changed then.
    package func resume(from path: String) throws(CheckpointError) {
        let file: Safetensors
        do { file = try Safetensors(path: path) } catch { throw .unreadable(error) }
        guard file.fact(Trainer.formatName) == Trainer.format,
            let updates = file.fact(Trainer.updateName).flatMap({ Int(decimal: $0) }), updates >= 0
        else { throw .foreign(path: path) }
        let differences = differences(from: file)
        guard differences.isEmpty else { throw .other(path: path, differences: differences) }
        guard updates <= session.trial.updates else {
            throw .beyond(path: path, updates: updates, asked: session.trial.updates)
        }
        func tensor<Value: BinaryFloatingPoint & BitwiseCopyable>(
            _ name: String, _ shape: [Int], _: Value.Type
        ) throws(CheckpointError) -> [Value] {
            guard let tensor = file[name] else { throw .tensor(path: path, "tensor '\(name)' is missing") }
            let type = Safetensors.Element(Value.self)
            guard tensor.type == type, tensor.shape == shape else {
                throw .tensor(
                    path: path,
                    "tensor '\(name)' is \(tensor.type.rawValue) \(tensor.shape); expected \(type.rawValue) \(shape)")
            }
            return tensor.values(as: Value.self)
        }
        var values: [[S]] = []
        for stored in storedTensors { values.append(try tensor(stored.name, stored.shape, S.self)) }
        var kept: [[S]] = []
        for (name, _) in states { kept.append(try tensor(name, stateShape, S.self)) }
        let losses = try tensor("curve.loss", [updates], Double.self)
        let qualities = try tensor("curve.quality", [updates], Double.self)
        guard let curve = Curve(losses: losses, qualities: qualities) else { fatalError("as many losses as qualities") }
        // Files from before it was written are of one change an update; those of changes at strides were made by another rule.
        let changes = file.fact(Trainer.changesName) ?? (session.trial.changesAtStrides ? "" : String(updates))
        // At most one a step.
        guard let changes = Int(decimal: changes), (0...updates * session.trial.length).contains(changes) else {
            throw .tensor(
                path: path, "'\(Trainer.changesName)' is '\(changes)'; expected how often parameters have changed")
        }
        let estimate = try windowEstimate(in: file, path)

        for (stored, values) in zip(storedTensors, values) { stored.parameter.place(values, in: stored.memory) }
        for ((_, state), values) in zip(states, kept) { _ = state.update(fromContentsOf: values) }
        session.optimizer.resume(after: changes)
        self.curve = curve
        if let (adaptation, estimate) = estimate { session.take(estimate, of: adaptation) }
        adjustments = [Factor.learningRate, .clip, .strategy].compactMap { factor in
            let before = file.fact(factor.rawValue) ?? factor.absent ?? ""
            return before == session.trial[factor] ? nil : (factor, before)
        }
    }

    /// The window with which the checkpoint's training went on, of a strategy that chooses one.
    private func windowEstimate(
        in file: Safetensors, _ path: String
    ) throws(CheckpointError) -> (Adaptation, WindowEstimate)? {
        guard let adaptation = session.trial.strategy.adaptation else { return nil }
        let text = file.fact(Trainer.windowName) ?? ""
        let windows = Adaptation.least...adaptation.most
        guard let window = Int(decimal: text), windows.contains(window) else {
            throw .tensor(
                path: path,
                "'\(Trainer.windowName)' is '\(text)'; expected the window of the last estimate, \(windows.lowerBound) to \(windows.upperBound)"
            )
        }
        return (adaptation, WindowEstimate(resuming: window))
    }

    /// A tensor of the checkpoint and where it lives.
    private struct StoredTensor {
        let name: String
        let parameter: Parameter<S>
        let memory: UnsafeMutablePointer<S>
        var shape: [Int] { parameter.shape }
        var elements: [S] { parameter.exported(memory) }
    }

    /// Parameters, then their moments.
    private var storedTensors: [StoredTensor] {
        let parameters = session.network.parameters
        let optimizer = session.optimizer
        return parameters.map { StoredTensor(name: $0.name, parameter: $0, memory: $0.values) }
            + parameters.enumerated().flatMap { index, parameter in
                zip(optimizer.rule.momentNames, optimizer.moments(of: index)).map { name, memory in
                    StoredTensor(name: "\(name).\(parameter.name)", parameter: parameter, memory: memory)
                }
            }
    }

    /// The state in which the last update ended, by layer, where the next one begins with it: h [B, H], and the memory, [parts, B, H].
    private var states: [(name: String, state: UnsafeMutableBufferPointer<S>)] {
        session.executor.carriedState.enumerated().map { ("state_l\($0)", $1) }
    }

    private var stateShape: [Int] {
        let shape = session.trial.shape
        // Where h is projected, or of two halves, its rows are not as long as the memory's.
        return shape.stateWidth == shape.hidden && !shape.cell.kind.projects
            ? [shape.cell.stateParts, shape.batch, shape.hidden] : [shape.stateElements]
    }

    /// What changes bits and is not the same there and here.
    private func differences(from file: Safetensors) -> [String] {
        let trial = session.trial
        var other = trial
        other.strategy = file.fact(Factor.strategy.rawValue).flatMap { try? Strategy($0) } ?? trial.strategy
        other.updateInterval =
            file.fact(Factor.updateInterval.rawValue).flatMap(UpdateInterval.init) ?? UpdateInterval.sequence
        let makesSameUpdates = trial.makesSameUpdates(as: other)
        return Factor.allCases.filter { !$0.isDerived && !$0.definition.traits.contains(.resumable) }.compactMap {
            factor in
            let (there, here) = (file.fact(factor.rawValue) ?? factor.absent ?? "", trial[factor])
            guard there != here else { return nil }
            if [.strategy, .updateInterval].contains(factor), makesSameUpdates { return nil }
            // A file is known by its content: it may stand elsewhere. An older checkpoint does not say what it was trained on.
            if factor == .content, there.isEmpty { return nil }
            if factor == .task, let content = file.fact(Factor.content.rawValue), !content.isEmpty,
                content == trial[.content], let task = try? TrainingTask(there),
                task.movedTo(trial.task.file) == trial.task
            {
                return nil
            }
            if factor == .weights, !there.isEmpty, !here.isEmpty,
                file.fact(Factor.weightsContent.rawValue) == trial[.weightsContent]
            {
                return nil
            }
            return "'\(factor.rawValue)' is '\(there)' there and '\(here)' here"
        }
    }
}
