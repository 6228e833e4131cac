import ArgumentParser
import Trials

/// An option with one value that the command line has twice. ArgumentParser takes the last of the two without a word; what
/// is then done is not what was asked for.
///
/// Found by the table of options that the parser itself declares, so that every command and every option to come is covered.
struct GivenTwice: Error {
    let option: String
    /// Both values, in the order given.
    let values: [String]
    let command: any ParsableCommand.Type

    /// The first such option; nil when every option is given once, or may be given again. Flags say the same thing twice.
    ///
    /// - Parameter words: the command line, without the program's name.
    init?(in words: [String]) {
        let names = words.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map { $0.prefix { $0 != "=" } }
        // Help is shown whatever else is asked for. Declaring all options takes milliseconds: only where one may be twice.
        guard Set(names).count < names.count, !words.contains("--help"), !words.contains("-h"),
            let word = words.first,
            let command = DeclaredCommand.all.first(where: { $0.commandName == word }),
            let type = Unroll.configuration.subcommands.first(where: { $0._commandName == word })
        else { return nil }
        self.command = type
        var given: [String: String] = [:]
        var rest = words.dropFirst()
        while let word = rest.popFirst(), word != "--" {
            let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let option = command.arguments?.first(where: { $0.isNamed(sides[0]) }), option.kind == "option"
            else { continue }
            guard let value = sides.count == 2 ? sides[1] : rest.popFirst() else { return nil }
            if option.isRepeating { continue }
            if let first = given.updateValue(value, forKey: sides[0]) {
                self.option = sides[0]
                values = [first, value]
                return
            }
        }
        return nil
    }

    /// As the parser writes its own errors.
    var text: String {
        UnknownWord.usageError(
            "'\(option)' is given twice, '\(values[0])' and '\(values[1])'; allowed: once\(remedy)", of: command)
    }

    /// Factors have a place where lists of them are measured.
    private var remedy: String {
        let factor = Factor(rawValue: option.dropFirst(2).map { $0 == "-" ? "_" : String($0) }.joined())
        return factor == nil ? "" : "; an experiment file lists several values, and 'unroll run' measures them all"
    }
}
