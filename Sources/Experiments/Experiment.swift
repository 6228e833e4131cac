package import Quantities
import Schedules
import Shapes
package import Trials

/// A question, and the trials that answer it: the product of everything an experiment file lists.
package struct Experiment: Hashable, Sendable {
    /// Lower-case letters, digits and hyphens: it names the directory of results.
    package var name: String
    /// What is asked, for people; may be empty.
    package var question: String
    /// In the order of the file's lists, the strategy varying fastest.
    package var trials: [Trial]
    /// How often each trial is measured.
    package var repetitions: Int
    /// Training steps before the first repetition; nil for as many as take ``Trials/Trial/warmupTime``, one at least.
    package var warmup: Int?
    package var limits: Limits
    /// A directory for strategies that keep states on disk.
    package var disk: String?

    package static let defaultRepetitions = 5

    package init(
        name: String, question: String = "", trials: [Trial], repetitions: Int = defaultRepetitions,
        warmup: Int? = nil, limits: Limits = Limits(), disk: String? = nil
    ) {
        self.name = name
        self.question = question
        self.trials = trials
        self.repetitions = repetitions
        self.warmup = warmup
        self.limits = limits
        self.disk = disk
    }

    /// Whether a text can name an experiment: it becomes a directory and a CSV field.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }
}

/// What a trial may take at most.
package struct Limits: Hashable, Sendable {
    /// A trial predicted to need more is not started. Nil: no limit.
    package var memory: Bytes?
    /// For the preparation of a trial, and for each of its repetitions. Nil: ``time(of:)``.
    package var time: Duration?

    package init(memory: Bytes? = nil, time: Duration? = nil) {
        self.memory = memory
        self.time = time
    }

    /// What a trial may take to be prepared, and for each of its repetitions. Where nothing is said, unroll-trial may take any time,
    /// and other people's programs, which may hang, ten minutes. Nil: no limit.
    package func time(of engine: Engine) -> Duration? {
        time ?? (engine == .unroll ? nil : .seconds(600))
    }
}

extension Sequence<Trial> {
    /// Trials that differ in nothing but the strategy and how its steps are computed, together: they are compared, so drift of
    /// the machine should hit all alike. Groups and their trials keep their order.
    package func groups() -> [[Trial]] {
        let methods = Factor.having(.method)
        var groups: [[Trial]] = []
        var indices: [Trial: Int] = [:]
        for trial in self {
            let question = trial.ignoring(methods)
            if let index = indices[question] {
                groups[index].append(trial)
            } else {
                indices[question] = groups.count
                groups.append([trial])
            }
        }
        return groups
    }
}
