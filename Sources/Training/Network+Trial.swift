import Kernels
import Networks
import Trials

extension Network {
    /// Makes every parameter what the trial says: the one start of whatever is measured, trained or compared with. What its file of
    /// weights does not have is 0 where it is a bias and drawn from the seed where it is the head.
    ///
    /// - Throws: ``WeightsError``.
    func initialize(for trial: Trial) throws(WeightsError) {
        initialize(seed: trial.seed, orthogonal: trial.recurrentWeights.scale)
        guard let reference = trial.weights else { return }
        let weights = try WeightsFile(reference, cell: trial.cell)
        try weights.expect(trial)
        let reading = try WeightsReading(weights, asked: trial.weightsContent)
        for parameter in parameters {
            if let entry = weights.entry(parameter.name) {
                parameter.place(try reading.values(entry), in: parameter.values)
            } else if !parameter.name.hasPrefix("head.") || weights.outputs != nil {
                let count = parameter.shape.reduce(1, *)
                parameter.place(Array(repeating: 0, count: count), in: parameter.values)
            }
        }
    }
}

/// The numbers of a file of weights.
private struct WeightsReading: ~Copyable {
    private let file: DataFile

    /// - Parameter asked: what the file is to hold; nil for whatever it does.
    /// - Throws: ``WeightsError``.
    init(_ weights: WeightsFile, asked: Content?) throws(WeightsError) {
        if let asked {
            let there: Content
            do { there = try Content(file: weights.path) } catch { throw .unreadable(.file(error)) }
            guard there == asked else { throw .other(path: weights.path, there: there, asked: asked) }
        }
        do { file = try DataFile(tensors: weights.path, as: "a file of weights") } catch { throw .unreadable(error) }
    }

    /// The elements of a tensor, row by row, each rounded to the nearest.
    ///
    /// - Throws: ``WeightsError`` where one is not finite, or beyond the type's range.
    borrowing func values<S: Scalar>(_ entry: SafetensorsHeader.Entry) throws(WeightsError) -> [S] {
        let bytes: [UInt8]
        do { bytes = try file.bytes(entry.bytes) } catch { throw .unreadable(error) }
        let size = entry.type.size
        let values: [S] = bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / size).map { S(entry.type.real(at: bytes.baseAddress! + $0 * size)) }
        }
        guard let index = values.firstIndex(where: { !$0.isFinite }) else { return values }
        let value = bytes.withUnsafeBytes { entry.type.real(at: $0.baseAddress! + index * size) }
        let range = value.isFinite ? ", beyond the range of '\(S.self)'".lowercased() : ""
        throw .unfit(
            path: file.path,
            "has \(value)\(range) in '\(entry.name)' at \(entry.index(index)); allowed: finite numbers")
    }
}
