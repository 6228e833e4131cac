package import Shapes

/// What a network is trained on, as users write it: `copy:delay=10`. Any step of any sequence can be generated at any time
/// from the seed, or read from a file.
package enum TrainingTask: Hashable, Sendable {
    /// The adding problem (Hochreiter & Schmidhuber 1997, doi 10.1162/neco.1997.9.8.1735): a number and a marker at every
    /// step; after the last step, the sum of the two numbers marked. Channels beyond the two are 0.
    case adding
    /// Uniform noise in and uniform noise as targets at every step: the loss enters everywhere.
    case noise
    /// Random symbols in; out, the symbol of `delay` steps before (Aicher, Foti & Fox 2019, arXiv 1905.07473, section 5.1).
    /// The first `delay` steps do not count. Symbols are four, as many as say something there, where the other two are a blank
    /// and a start; here every step has one, so that a sequence of any length is full of lags of just this length.
    case copy(delay: Int)
    /// The embedded Reber grammar (Fahlman 1991; Hochreiter & Schmidhuber 1997, experiment 1): the next symbol of a string whose
    /// last but one repeats its second. Each sequence is one string, of at most T + 1 symbols; after its end its inputs are 0 and
    /// nothing counts.
    case reber
    /// A language model over a file, as char-rnn and min-char-rnn train one: B continuous streams, each from its own part of the
    /// file; out, the next byte or character.
    case text(file: String, encoding: TextEncoding = .bytes)

    /// Label sequences of patterns under noise, whose borders are not told: B sequences of unequal length, the longest of T
    /// frames. CTC.
    case labelling
    /// The same as B continuous streams of T frames, sequence after sequence, of `mean` frames on average. `expectation` is
    /// whether CTC-EM learns from sequences whose end a window has not reached yet.
    case stream(mean: Int, expectation: Bool)

    /// The task's first word.
    package var name: String {
        switch self {
        case .adding: "adding"
        case .noise: "noise"
        case .copy: "copy"
        case .reber: "reber"
        case .text: "text"
        case .labelling: "labelling"
        case .stream: "stream"
        }
    }

    /// Symbols of the copy task.
    package static let copySymbols = 4
    /// Symbols of the Reber grammar: B, T, P, S, X, V, E.
    package static let reberSymbols = 7
    /// Classes of the labelling tasks: the blank and eight labels.
    package static let labelClasses = 9
    /// The longest sequence of a stream, in means: Hwang & Sung's longest have three times their mean.
    package static let longestUtterance = 3

    /// Labels that so many frames have: one for every eight, to the nearest. Were all the same, with a blank between them and
    /// one before, they would take no more frames than there are: no task makes a sequence that CTC has no path through.
    package static func labels(in frames: Int) -> Int { (frames + 4) / 8 }

    /// The most labels that a sequence may have; nil where the task has no such.
    package func mostLabels(length: Int) -> Int? {
        switch self {
        case .labelling: TrainingTask.labels(in: length)
        case .stream(let mean, _): TrainingTask.labels(in: TrainingTask.longestUtterance * mean)
        default: nil
        }
    }

    /// O, the width of the head.
    ///
    /// - Parameter input: D. How many characters a text has is in its file, which no plan and no table reads: there are as many
    ///   classes as there are channels.
    package func outputs(input: Int) -> Int {
        switch self {
        case .adding: 1
        case .noise: 8
        case .copy: TrainingTask.copySymbols
        case .reber: TrainingTask.reberSymbols
        case .text(_, .bytes): 256
        case .text(_, .utf8): input
        case .labelling, .stream: TrainingTask.labelClasses
        }
    }

    /// The least D. Symbols, bytes and characters are one-hot; channels beyond them are 0. Of characters the text has at least
    /// one.
    package var leastInput: Int {
        switch self {
        case .adding: 2
        case .noise, .labelling, .stream: 1
        case .copy, .reber, .text: outputs(input: 1)
        }
    }

    /// The least T: something counts. The shortest string of the embedded Reber grammar has nine symbols.
    package var leastLength: Int {
        switch self {
        case .adding, .noise, .text, .labelling, .stream: 1
        case .copy(let delay): delay + 1
        case .reber: 8
        }
    }

    package var criterion: Criterion {
        switch self {
        case .adding, .noise: .squaredError
        case .copy, .reber, .text: .crossEntropy
        case .labelling, .stream: .ctc
        }
    }

    /// How well a network does, in the task's own terms; nil where there is nothing to do well.
    package var quality: Quality? {
        switch self {
        case .noise: nil
        case .adding, .copy, .reber: .accuracy
        case .text: .bitsPerCharacter
        case .labelling, .stream: .labelErrorRate
        }
    }
}

/// What a text is made of.
package enum TextEncoding: String, CaseIterable, Hashable, Sendable {
    /// Bytes, whatever they mean.
    case bytes
    /// Unicode scalars, numbered among those that the text has, by value.
    case utf8

    /// One of them, for messages.
    package var symbol: String {
        switch self {
        case .bytes: "byte"
        case .utf8: "character"
        }
    }
}

/// What people judge a network by.
package enum Quality: String, CaseIterable, Hashable, Sendable {
    /// A share. Adding: sums within 0.04, as Hochreiter & Schmidhuber have it. Copy: symbols that are the likeliest. Reber: strings
    /// whose last but one symbol, which their second decides, is the likeliest there.
    case accuracy
    /// The cross-entropy in bits: loss / ln 2, of bytes or of characters.
    case bitsPerCharacter = "bits_per_character"
    /// Labels to insert, remove or replace in what best-path decoding makes of the sequences that have ended, over their labels.
    case labelErrorRate = "label_error_rate"
}

/// Where the inputs of a sequence are while it is trained on.
package enum InputStorage: String, CaseIterable, Hashable, Sendable {
    /// Generated when needed, again in every pass over a step.
    case streamed
    /// In memory for the whole sequence, as in most training programs.
    case resident
}
