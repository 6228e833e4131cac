package import Quantities
package import Shapes

extension TrainingTask {
    /// See ``LabellingTask``.
    package static let labelling = TrainingTask(LabellingTask())
}

/// Label sequences of patterns under noise, whose borders are not given: B sequences of unequal length, the longest of T frames.
/// CTC.
package struct LabellingTask: TaskDefinition {
    package static let signature = Signature("labelling", about: "labels of sequences of unequal length, by CTC")

    package init() {}
    package init(_ arguments: Arguments) {}

    package func outputs(input: Int) -> Int { LabelledSequences.classes }
    package func mostLabels(length: Int) -> Int? { LabelledSequences.labels(in: length) }
    package var criterion: Criterion { .ctc }
    package var quality: Quality? { .labelErrorRate }

    package func data(_ request: DataRequest) -> any TaskData {
        LabelledSequences(request, mean: nil, usesExpectation: true)
    }
}
