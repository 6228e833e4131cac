extension Column {
    /// What stands in it, in a sentence: for the manual and for help.
    package var meaning: String {
        switch self {
        case .experiment: "The experiment's name."
        case .trial: "The trial's name, made of its factors: rows with the same name are repetitions of one trial."
        case .repetition: "Counted from 1."
        case .status: "How the trial ended: \(Status.allCases.map(\.rawValue).joined(separator: ", "))."
        case .message: "Why a trial failed, or what could not be measured and why; else empty."
        case .environment: "The key of the build and machine that measured the row, told in environment.json."
        case .factor(let factor): factor.meaning
        case .figure(let figure): figure.meaning
        }
    }
}

extension Factor {
    /// What it is, in a sentence.
    package var meaning: String { definition.help }
}
