package import Quantities
import Schedules
import Shapes

/// The program that makes a trial's training steps. Each is asked in the same words and answers in the same figures.
package enum Engine: Hashable, Sendable {
    /// unroll-trial, whose networks all that is predicted is about.
    case unroll
    /// One that comes with the sources: `Sources/engines/NAME/trial.py`, run in the virtual environment of `make engines`.
    case shipped(Shipped)
    /// Anyone's, by its path.
    case program(String)

    /// One more is a folder and its word.
    package enum Shipped: String, CaseIterable, Sendable {
        case pytorch, jax

        var about: String {
            switch self {
            case .pytorch: "PyTorch, of 'make engines'"
            case .jax: "JAX, of 'make engines'"
            }
        }
    }

    /// The longest path, in bytes.
    private static let longestPath = 1000

    package static let vocabulary = Vocabulary(
        "engine",
        [Signature("unroll", about: "unroll's own networks")]
            + Shipped.allCases.map { Signature($0.rawValue, about: $0.about) })

    package static let allowed =
        vocabulary.words.joined(separator: ", ") + ", or the path of a trial program, with a '/' in it"
}

extension Engine: RawRepresentable {
    package init?(rawValue text: String) {
        if text == "unroll" {
            self = .unroll
        } else if let shipped = Shipped(rawValue: text) {
            self = .shipped(shipped)
        } else {
            let isPath = text.contains("/") && text.utf8.count <= Engine.longestPath
            guard isPath, text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                return nil
            }
            self = .program(text)
        }
    }

    package var rawValue: String {
        switch self {
        case .unroll: "unroll"
        case .shipped(let engine): engine.rawValue
        case .program(let path): path
        }
    }
}

extension Trial {
    /// What unroll computes to have the loss that this trial must have too: the plain network, in segments, which take little
    /// memory. The loss is the same to the last bit under every strategy; but CTC's depends on the window where one is cut.
    package var lossReference: Trial {
        var reference = self
        (reference.engine, reference.variant) = (.unroll, .plain)
        if !(task.criterion == .ctc && strategy.cutsAdjoint) { reference.strategy = .segmented(length: nil) }
        return reference
    }

    /// How far an engine's loss may be from unroll's, relative to the larger of the two: sums are taken in another order, and of
    /// bfloat16 other numbers are rounded.
    package var lossTolerance: Double {
        switch precision {
        case .float: 1e-5
        case .double: 1e-12
        case .bfloat16: 0x1p-6
        }
    }

    /// Whether a loss says that the same work was done.
    package func isSameWork(_ loss: Double, as reference: Double) -> Bool {
        abs(loss - reference) <= lossTolerance * max(loss.magnitude, reference.magnitude)
    }
}
