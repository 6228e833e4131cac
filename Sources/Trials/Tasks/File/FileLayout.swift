/// What a file of sequences has, by its header: which tensors, and how their dimensions go together.
struct FileLayout {
    /// Where targets belong.
    enum Place {
        /// To every step.
        case steps
        /// To the last step of each sequence.
        case end
        /// To a sequence as a whole: labels.
        case sequence
    }

    let path: String
    let inputs, targets: SafetensorsHeader.Entry
    /// Nil where every sequence has all steps.
    let lengths: SafetensorsHeader.Entry?
    let loss: FileTask.Loss
    let place: Place
    let isBatchFirst: Bool
    /// T of the file, B of the file, D.
    let steps, sequences, width: Int

    /// - Throws: ``TaskDataError`` where the file is missing, or is not such a file.
    init(_ task: FileTask) throws(TaskDataError) {
        let header: SafetensorsHeader
        do { header = try SafetensorsHeader(path: task.path, as: "a file of sequences") } catch {
            throw TaskDataError(error)
        }
        try self.init(task, header)
    }

    init(_ task: FileTask, _ header: SafetensorsHeader) throws(TaskDataError) {
        let path = task.path
        func unfit(_ what: String) -> TaskDataError { .unfit(path: path, what) }
        let known = ["inputs", "targets", "lengths"]
        for entry in header.entries where !known.contains(entry.name) && !WeightsNames.isOurs(entry) {
            throw unfit("has '\(entry.name)', \(entry), which is none of \(known.joined(separator: ", "))")
        }
        func tensor(_ name: String) throws(TaskDataError) -> SafetensorsHeader.Entry {
            guard let entry = header[name] else { throw unfit("has no '\(name)'") }
            return entry
        }
        let (inputs, targets) = (try tensor("inputs"), try tensor("targets"))
        (self.path, self.inputs, self.targets, isBatchFirst) = (path, inputs, targets, task.isBatchFirst)
        let order = task.isBatchFirst ? "[B, T, D]" : "[T, B, D]"
        guard inputs.shape.count == 3, inputs.shape.allSatisfy({ $0 > 0 }),
            Safetensors.Element.reals.contains(inputs.type)
        else {
            throw unfit("has 'inputs', \(inputs); allowed: \(order) of \(FileLayout.names(Safetensors.Element.reals))")
        }
        (steps, sequences) =
            task.isBatchFirst ? (inputs.shape[1], inputs.shape[0]) : (inputs.shape[0], inputs.shape[1])
        width = inputs.shape[2]

        let areWhole = Safetensors.Element.wholes.contains(targets.type)
        let areReal = Safetensors.Element.reals.contains(targets.type)
        loss = task.loss ?? (areWhole ? .crossEntropy : .squared)
        let shapes: [(place: Place, shape: [Int])]
        let each = task.isBatchFirst ? [sequences, steps] : [steps, sequences]
        let last = targets.shape.last ?? 0
        let isRight: Bool
        switch loss {
        case .squared: (shapes, isRight) = ([(.steps, each + [last]), (.end, [sequences, last])], areReal && last > 0)
        case .crossEntropy: (shapes, isRight) = ([(.steps, each), (.end, [sequences])], areWhole)
        case .ctc: (shapes, isRight) = ([(.sequence, [sequences, last])], areWhole)
        }
        guard isRight, let found = shapes.first(where: { $0.shape == targets.shape }) else {
            // A dimension that any number may have has none yet.
            let allowed = shapes.map { "\($0.shape)" }.joined(separator: " or ")
            let types = loss == .squared ? Safetensors.Element.reals : Safetensors.Element.wholes
            let isOther = !task.isBatchFirst && targets.shape.starts(with: each.reversed()) && steps != sequences
            throw unfit(
                "has 'targets', \(targets), and 'inputs' of \(steps) steps of \(sequences) sequences; allowed with loss "
                    + "\(loss.rawValue): \(allowed) of \(FileLayout.names(types))"
                    + (isOther ? "; sequences come first with 'batch_first=true'" : ""))
        }
        place = found.place
        lengths = header["lengths"]
        if let lengths, lengths.shape != [sequences] || !Safetensors.Element.wholes.contains(lengths.type) {
            let isOther = !task.isBatchFirst && lengths.shape == [steps]
            throw unfit(
                "has 'lengths', \(lengths); allowed: \([sequences]), one for each sequence, of "
                    + FileLayout.names(Safetensors.Element.wholes)
                    + (isOther ? "; sequences come first with 'batch_first=true'" : ""))
        }
    }

    private static func names(_ types: [Safetensors.Element]) -> String {
        types.map(\.rawValue).joined(separator: ", ")
    }

    /// The most labels that a sequence may have; nil without CTC.
    var labels: Int? { loss == .ctc ? targets.shape[1] : nil }

    /// O: of numbers as many as there are; of classes those up to the highest, and as many as a head has that is to learn them.
    ///
    /// - Throws: ``TaskDataError`` where a class is none.
    func outputs(atLeast head: Int?) throws(TaskDataError) -> Int {
        guard loss != .squared else { return targets.shape.last! }
        let bytes: [UInt8]
        do {
            let file = try DataFile(tensors: path, as: "a file of sequences")
            bytes = try file.bytes(targets.bytes)
        } catch {
            throw TaskDataError(error)
        }
        let least = loss == .ctc ? 1 : 0
        let highest = bytes.withUnsafeBytes { bytes in
            Result { () throws(TaskDataError) in try highestClass(bytes, below: Trial.largestWidth) }
        }
        return max(try highest.get(), least, (head ?? 0) - 1) + 1
    }

    /// The highest class or label.
    ///
    /// - Parameters:
    ///   - bytes: of the targets.
    ///   - end: what all are to be below.
    /// - Throws: ``TaskDataError`` where one is none.
    func highestClass(_ bytes: UnsafeRawBufferPointer, below end: Int) throws(TaskDataError) -> Int {
        var highest = -1
        for index in 0..<bytes.count / targets.type.size {
            let value = targets.type.whole(at: bytes.baseAddress! + index * targets.type.size)
            highest = max(highest, value)
            guard value >= 0 || loss == .crossEntropy && FileLayout.ignored.contains(value), value < end else {
                let ignored = loss == .crossEntropy ? ", or -1 or -100, which do not count" : ""
                throw .unfit(
                    path: path,
                    "has \(value) in 'targets' at \(targets.index(index)); allowed: 0 to \(end - 1)\(ignored)")
            }
        }
        return highest
    }

    /// Classes that do not count: as exports have them, and PyTorch's default.
    private static let ignored = [-1, -100]
}

extension TaskDataError {
    /// An error of a file of tensors as one of a task's.
    init(_ error: SafetensorsError) {
        if case .file(let error) = error { self = .file(error) } else { self = .tensors(error) }
    }
}

extension SafetensorsHeader.Entry {
    /// Where an element stands: `[3, 0, 1]`.
    package func index(_ element: Int) -> [Int] {
        var rest = element
        return shape.reversed().map { size in
            defer { rest /= size }
            return rest % size
        }.reversed()
    }
}
