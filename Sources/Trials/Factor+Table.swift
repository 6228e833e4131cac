import Quantities
import Schedules
import Shapes

extension Factor {
    /// All there is to know of each factor.
    var entry: Definition {
        switch self {
        case .cell:
            Definition(
                \.cell, .word, .model, about: Definition.about("Recurrent cell.", Cell.vocabulary),
                allowed: Cell.vocabulary.spellings.joined(separator: ", "), vocabulary: Cell.vocabulary,
                parse: { (text) throws(TrialError) in
                    do throws(ParameterError) { return try Cell(text) } catch {
                        if case .unknown = error.reason { return nil }
                        throw .cell(error)
                    }
                }, print: \.rawValue)
        case .layers: .whole(\.layers, 1...Trial.largestLayers, .model, symbol: "L", "stacked layers.")
        case .input: .whole(\.input, 1...Trial.largestWidth, .model, symbol: "D", "width of the input.")
        case .hidden: .whole(\.hidden, 1...Trial.largestWidth, .model, symbol: "H", "hidden units of each layer.")
        case .batch: .whole(\.batch, 1...Trial.largestWidth, .run, symbol: "B", "sequences side by side.")
        case .length: .whole(\.length, 1...Trial.largestLength, .run, symbol: "T", "time steps.")
        case .strategy:
            Definition(
                \.strategy, .text, .strategy, .method, about: "How far to unroll and what to keep.",
                allowed: Strategy.vocabulary.words.joined(separator: ", "), vocabulary: Strategy.vocabulary,
                parse: { (text) throws(TrialError) in
                    do throws(ParameterError) { return try Strategy(text) } catch { throw .strategy(error) }
                }, print: \.description)
        case .window: .derived(.window, "The window of a truncation; empty of other strategies.")
        case .stride: .derived(.stride, "The stride of a truncation; empty of other strategies.")
        case .slots:
            .derived(
                .slots, "How many states, or records, a strategy may keep; empty of those without such a limit.")
        case .segment: .derived(.segment, "The segment length, given or chosen; empty of other strategies.")
        case .task:
            Definition(
                \.task, .text, .run, about: "Where inputs and targets come from.",
                details: TrainingTask.vocabulary.signatures.map(\.helpLine).joined(separator: "\n"),
                allowed: TrainingTask.vocabulary.spellings.joined(separator: ", "),
                vocabulary: TrainingTask.vocabulary,
                parse: { (text) throws(TrialError) in
                    do throws(ParameterError) { return try TrainingTask(text) } catch { throw .task(error) }
                }, print: \.description)
        case .inputs: .word(\.inputs, .run, "Inputs generated when needed, or kept in memory.", .resumable)
        case .inputProjection:
            .word(
                \.inputProjection, .run, "Inputs multiplied step by step, or several steps at once.",
                [.later, .method, .resumable])
        case .bidirectional:
            .flag(
                \.bidirectional, .model, "A second direction in each layer, from the last step to the first.", .later)
        case .variant: .word(\.variant, .run, "What is changed to see what it is worth.", [.later, .method])
        case .recurrentWeights:
            Definition(
                \.recurrentWeights, .text, .run, .later, about: "U at the start: uniform, or orthogonal:SCALE.",
                allowed: RecurrentWeights.allowed, vocabulary: RecurrentWeights.vocabulary,
                parse: { RecurrentWeights(rawValue: $0) }, print: \.rawValue)
        case .scalar:
            .word(
                \.precision, .run,
                "Type of numbers. With bfloat16 products are of that, summed in Float, and records; all else is Float.")
        case .threads: .whole(\.threads, 1...Trial.largestThreads, .run, "Threads a product may use.", .resumable)
        case .seed: .whole(\.seed, 0...Int.max, .run, "What inputs and parameters are drawn from.")
        case .updates:
            .whole(
                \.updates, 0...Trial.largestUpdates, .training, "Updates of the parameters.", [.later, .resumable])
        case .updateInterval:
            .word(
                \.updateInterval, .training,
                "Change the parameters after every sequence of T steps, or at every stride of a truncation.", .later)
        case .optimizer: .word(\.optimizer, .training, "What changes the parameters.", .later)
        case .learningRate:
            .real(
                \.learningRate, .training, "Its step size.", [.later, .resumable],
                allowed: "a number above 0, at most \(Trial.largestRate)",
                isInRange: { $0 > 0 && $0 <= Double(Trial.largestRate) })
        case .clip:
            .real(
                \.clip, .training, "The largest norm of the gradient; 0 for no limit.", [.later, .resumable],
                allowed: "a number above 0, at most \(Trial.largestClip), or 0 for no limit",
                isInRange: { $0 >= 0 && $0 <= Double(Trial.largestClip) })
        case .content:
            // An outer nil is a text that is no content, an inner one that of a task without a file.
            Definition(
                \.content, .text, .content, .later,
                about: "The length and XXH64 of the task's file; empty of tasks without one.", allowed: Content.allowed,
                parse: { text in text.isEmpty ? .some(nil) : Content(text).map { .some($0) } },
                print: { $0?.description ?? "" })
        case .weights:
            // The same of no file.
            Definition(
                \.weights, .text, .model, .later,
                about: "Parameters from a file, as state_dict() and --export have them: FILE.safetensors[#prefix].",
                allowed: WeightsReference.allowed,
                parse: { text in text.isEmpty ? .some(nil) : WeightsReference(text).map { .some($0) } },
                print: { $0?.description ?? "" })
        case .weightsContent:
            Definition(
                \.weightsContent, .text, .content, .later,
                about: "The length and XXH64 of the file of weights; empty where parameters are drawn.",
                allowed: Content.allowed,
                parse: { text in text.isEmpty ? .some(nil) : Content(text).map { .some($0) } },
                print: { $0?.description ?? "" })
        case .validation:
            .real(
                \.validation, .training,
                "The part of a file's sequences that no update sees, to be judged by at the end.",
                .later, allowed: "a number from 0, below 1", isInRange: { $0 >= 0 && $0 < 1 })
        case .engine:
            Definition(
                \.engine, .text, .engine, [.later, .method], about: "The program that makes the training steps.",
                details: Engine.vocabulary.signatures.map(\.helpLine).joined(separator: "\n")
                    + "\nPATH: anyone's program, such as ./mine",
                allowed: Engine.allowed, vocabulary: Engine.vocabulary,
                parse: { Engine(rawValue: $0) }, print: \.rawValue)
        case .records:
            .word(
                \.records, .run, "What backward needs of a step, kept as it is or in fewer bits.", [.later, .method])
        case .rounding:
            Definition(
                \.rounding, .text, .run, [.later, .method], about: "How records in fewer bits are rounded.",
                details: RecordRounding.vocabulary.signatures.map(\.helpLine).joined(separator: "\n"),
                allowed: RecordRounding.vocabulary.spellings.joined(separator: ", "),
                vocabulary: RecordRounding.vocabulary,
                parse: { RecordRounding(rawValue: $0) }, print: \.rawValue)
        case .states:
            .word(
                \.states, .run, "The states that a strategy saves, kept as they are or in fewer bits.",
                [.later, .method])
        }
    }
}
