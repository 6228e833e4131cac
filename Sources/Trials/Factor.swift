import Quantities

/// A column that distinguishes trials. The same words name it in experiment files, flags, CSV and `--only`.
///
/// A case is the factor's word; all that is known of it is one entry of the table, see `Factor+Table.swift`. One more factor is a
/// property of ``Trial``, an entry and its word.
package enum Factor: String, CaseIterable, Hashable, Sendable {
    case cell, layers, input, hidden, batch, length
    /// The strategy in full; `window`, `stride`, `slots` and `segment` repeat its parameters as columns.
    case strategy, window, stride, slots, segment
    case task, inputs
    case inputProjection = "input_projection"
    case bidirectional
    case variant
    case recurrentWeights = "recurrent_weights"
    case scalar, threads, seed
    /// How often the parameters are updated, and how; 0 updates are one training step that changes no parameter.
    case updates
    case updateInterval = "update_each"
    case optimizer
    case learningRate = "learning_rate"
    case clip
    /// Which bytes the task's file holds; empty of a task without one.
    case content = "task_content"
    /// Where the first parameters come from, and which bytes that file holds; empty where they are drawn.
    case weights
    case weightsContent = "weights_content"
    /// The part of a file's sequences that no update sees.
    case validation
    /// The program that makes the steps.
    case engine
    /// In what records are kept, and how they are rounded to that.
    case records, rounding
    /// In what the states are kept that a strategy saves.
    case states
}

extension Factor {
    /// Its position in ``allCases``: cases without payloads are stored as numbers, in the order in which they are declared
    /// (docs/ABI/TypeLayout.rst of the Swift project, "C-Like Enums").
    var index: Int { Int(unsafeBitCast(self, to: UInt8.self)) }

    private static let table = allCases.map(\.entry)

    package var definition: Definition { Factor.table[index] }

    /// Follows from the strategy: written, and checked when read, but never given on its own.
    package var isDerived: Bool { definition.group == .derived }

    /// Whether a user may choose it: the strategy's columns and a file's content follow from something else.
    package var isChosen: Bool { definition.group != .derived && definition.group != .content }

    /// Came after results had been published: where it is not given it has its default, and the names of trials that have the
    /// default are what they were.
    package var isLater: Bool { definition.traits.contains(.later) }

    /// A later factor's default as text; nil for all others.
    package var absent: String? { isLater ? definition.usual : nil }

    /// What the factor may be, for error messages.
    package var allowed: String { definition.allowed }

    /// What was found in its place, with the word that is nearest to it.
    package func found(_ text: String) -> String {
        let word = String(text.prefix { $0 != ":" })
        return "'\(rawValue)' is '\(text)'\(definition.vocabulary?.hint(to: word) ?? "")"
    }

    /// Those with a trait.
    package static func having(_ trait: Traits) -> Set<Factor> {
        Set(allCases.filter { $0.definition.traits.contains(trait) })
    }

    /// The key under which it stands in an experiment file; nil of what no file gives.
    package var key: String? { isChosen ? (self == .strategy ? "strategies" : rawValue) : nil }

    /// The one spelling of a value, good on its own: whether it goes with other values is a question to the whole trial.
    ///
    /// - Throws: ``TrialError``.
    package func spelling(of text: String) throws(TrialError) -> String {
        var trial = Trial.usual
        try set(text, in: &trial)
        guard definition.isInRange(trial) else { throw .value(text, self) }
        return trial[self]
    }

    /// Sets the trial's value by its text; whether it is in range is not looked at.
    func set(_ text: String, in trial: inout Trial) throws(TrialError) {
        guard try definition.set(text, &trial) else { throw .value(text, self) }
    }
}
