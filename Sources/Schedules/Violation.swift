import Quantities

extension Validator.Violation: CustomStringConvertible {
    /// A line for people: the action, where it has one, and what is wrong with it.
    public var description: String {
        switch self {
        case .steps(let action): "'\(action)': there are no steps, or steps outside the sequence"
        case .position(let action, let step): "'\(action)': the network stands before step \(step)"
        case .state(let action):
            if case .save = action {
                "'\(action)': the state is saved already"
            } else {
                "'\(action)': no such state is saved"
            }
        case .slots(let action, let limit):
            if case .advance = action {
                "'\(action)': more records than the schedule says, \(limit)"
            } else {
                "'\(action)': more saved states than the schedule says, \(limit)"
            }
        case .entering(let action): "'\(action)': the state entering its first step is neither recorded nor saved"
        case .record(let action):
            switch action {
            case .advance, .undo: "'\(action)': steps are recorded already"
            case .release: "'\(action)': the steps are no end of a run of records"
            default: "'\(action)': the steps are not recorded in one run"
            }
        case .adjoint(let action, let step?): "'\(action)': the adjoint held is the one entering step \(step)"
        case .adjoint(let action, nil): "'\(action)': no adjoint is held"
        case .compensation(let action): "'\(action)': the adjoint is not multiplied as the schedule says"
        case .injection(let action):
            "'\(action)': the loss enters outside the steps, or no loss enters where a chain begins"
        case .sensitivities(let action, let step):
            "'\(action)': the schedule carries other sensitivities, or they have come to step \(step)"
        case .buffer(let action, let step): "'\(action)': the buffer has come to step \(step)"
        case .uncarried(let step): "sensitivities are never carried over step \(step)"
        case .reversals(let step, let found, let expected):
            "step \(step) is reversed \(times(found)), not \(times(expected))"
        case .injections(let step, let found): "the loss of step \(step) enters \(times(found))"
        case .unfinished(let step): "the network never goes over step \(step)"
        case .leak(let states, let records):
            "at the end \(counted(states, "saved state")) and \(counted(records, "record")) are alive"
        }
    }

    private func times(_ count: Int) -> String { counted(count, "time") }
}
