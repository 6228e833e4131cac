import ArgumentParser
import Experiments

/// `--set KEY=VALUE…`: values in the place of what experiment files say.
struct SetOption: ParsableArguments {
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Put a value in the place of what every file says, such as hidden=512, 'strategies=[full, segmented]' or "
                + "limits.memory=8G; given again, another key.", valueName: "key=value"),
        transform: { try Override($0) })
    var overrides: [Override] = []

    func validate() throws {
        for (index, override) in overrides.enumerated() {
            if let other = overrides[..<index].first(where: override.contradicts) {
                throw ValidationError(
                    "'\(Override.option)' gives '\(other.key)' and '\(override.key)'; allowed: one of them")
            }
        }
    }
}
