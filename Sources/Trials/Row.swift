/// How a trial ended.
package enum Status: String, CaseIterable, Hashable, Sendable {
    case ok
    case outOfMemory = "out_of_memory"
    case timedOut = "timed_out"
    case failed
}

/// One row of measurements.csv: one repetition of one trial, or the one row of a trial that did not end well.
package struct Row: Hashable, Sendable {
    package var experiment: String
    @Shared package var trial: Trial
    /// Counted from 1.
    package var repetition: Int
    package var status: Status
    /// Why the status is not `ok`; of a row that is, what could not be measured and why, or nothing.
    package var message: String
    /// The build and the machine that measured it.
    @Shared package var origin: Origin
    package var measurement: Measurement

    /// - Parameters:
    ///   - trial: what other rows may have too.
    ///   - origin: the same.
    package init(
        experiment: String, trial: Shared<Trial>, repetition: Int, status: Status, message: String = "",
        origin: Shared<Origin>, measurement: Measurement
    ) {
        self.experiment = experiment
        _trial = trial
        self.repetition = repetition
        self.status = status
        self.message = message
        _origin = origin
        self.measurement = measurement
    }

    package init(
        experiment: String, trial: Trial, repetition: Int, status: Status, message: String = "",
        origin: Origin = .unknown, measurement: Measurement = Measurement()
    ) {
        self.init(
            experiment: experiment, trial: Shared(wrappedValue: trial), repetition: repetition, status: status,
            message: message, origin: Shared(wrappedValue: origin), measurement: measurement)
    }

    /// Whether the row was read as one of the same trial, by the same build on the same machine: then it agrees with the other in all
    /// that both have in common. Rows that agree need not have been.
    package func wasRead(with other: Row) -> Bool {
        $trial.isOne(with: other.$trial) && $origin.isOne(with: other.$origin) && experiment == other.experiment
    }

    /// The figure as a number; nil when it was not measured.
    package subscript(figure: Figure) -> Double? { measurement[figure]?.number }
}

/// A column of measurements.csv.
package enum Column: Hashable, Sendable {
    case experiment, trial, repetition, status, message
    /// The key of the build and machine that measured the row; a later column.
    case environment
    case factor(Factor)
    case figure(Figure)

    /// All columns in the file's order.
    package static let all: [Column] =
        [.experiment, .trial, .repetition, .status, .message, .environment] + Factor.allCases.map(Column.factor)
        + Figure.allCases.map(Column.figure)

    package var name: String {
        switch self {
        case .experiment: "experiment"
        case .trial: "trial"
        case .repetition: "repetition"
        case .status: "status"
        case .message: "message"
        case .environment: "environment"
        case .factor(let factor): factor.rawValue
        case .figure(let figure): figure.rawValue
        }
    }

    /// The row's raw text in this column; empty when not measured or not applicable.
    package func text(_ row: Row) -> String {
        switch self {
        case .experiment: row.experiment
        case .trial: row.trial.identifier
        case .repetition: String(row.repetition)
        case .status: row.status.rawValue
        case .message: row.message
        case .environment: row.origin.key
        case .factor(let factor): row.trial[factor]
        case .figure(let figure): row.measurement[figure]?.description ?? ""
        }
    }
}
