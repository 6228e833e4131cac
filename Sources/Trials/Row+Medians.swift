extension Row {
    /// What all repetitions of a trial come to: of every figure the median of those that have it. A figure that is the same in all
    /// of them stays as it is; of others that are whole numbers the median is rounded. The rest is as in the first.
    ///
    /// - Parameter repetitions: at least one.
    package init(mediansOf repetitions: [Row]) {
        precondition(!repetitions.isEmpty, "a median is of something")
        self = repetitions[0]
        for figure in Figure.allCases {
            let values = repetitions.compactMap { $0.measurement[figure] }
            guard let first = values.first, let median = Sample(figure, of: repetitions).median else { continue }
            measurement[figure] =
                switch first {
                case _ where values.allSatisfy { $0 == first }: first
                case .real: .real(median)
                case .integer: .integer(Int(median.rounded()))
                case .flag: first
                }
        }
    }
}
