package import Quantities
package import Shapes

extension TrainingTask {
    /// See ``StreamTask``.
    package static func stream(mean: Int, expectation: Bool) -> TrainingTask {
        TrainingTask(StreamTask(mean: mean, expectation: expectation))
    }
}

/// Label sequences as those of ``LabellingTask``, as B continuous streams of T frames, sequence after sequence. CTC.
package struct StreamTask: TaskDefinition {
    package static let signature = Signature(
        "stream",
        [
            TextParameter("mean", .whole(1...1_000_000), example: "772"),
            TextParameter("em", .flag, isRequired: false, example: "false"),
        ], about: "labels of sequences in continuous streams, by CTC")

    /// The longest sequence, in means: Hwang & Sung's longest have three times their mean.
    static let longest = 3

    /// Frames of a sequence, on average.
    package let mean: Int
    /// Whether CTC-EM learns from sequences whose end a window has not reached yet.
    package let expectation: Bool

    package init(mean: Int, expectation: Bool) {
        self.mean = mean
        self.expectation = expectation
    }

    package init(_ arguments: Arguments) {
        self.init(mean: arguments.whole("mean")!, expectation: arguments.flag("em") ?? true)
    }

    package var parameters: [(name: String, text: String)] {
        [("mean", String(mean))] + (expectation ? [] : [("em", "false")])
    }
    package func outputs(input: Int) -> Int { LabelledSequences.classes }
    package func mostLabels(length: Int) -> Int? { LabelledSequences.labels(in: StreamTask.longest * mean) }
    package var criterion: Criterion { .ctc }
    package var quality: Quality? { .labelErrorRate }
    package var usesExpectation: Bool? { expectation }

    package func data(_ request: DataRequest) -> any TaskData {
        LabelledSequences(request, mean: mean, usesExpectation: expectation)
    }
}
