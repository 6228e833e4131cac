import Files
import Schedules
package import Trials

extension Trial {
    /// What is typed to measure this trial alone once more: what is not a default, as options.
    ///
    /// - Parameters:
    ///   - experiment: whose row it is. A training is repeated as part of it, for its rows are of whole curves.
    ///   - repetitions: as many as there are rows.
    ///   - strategy: what stands for the strategy, where it is not itself.
    package func command(of experiment: String, repetitions: Int, strategy name: String? = nil) -> String {
        let strategyWord = name ?? Trial.shellWord(strategy.description)
        guard updates == 0 else {
            let only = Factor.allCases.filter { $0.isChosen && self[$0] != $0.definition.usual }
                .map { factor in
                    factor == .strategy
                        ? " --only strategy=\(strategyWord)"
                        : " --only \(Trial.shellWord("\(factor.rawValue)=\(self[factor])"))"
                }
            return "unroll run \(Trial.shellWord("experiments/\(experiment).yaml")) --results again\(only.joined())"
        }
        let options = Factor.allCases
            .filter { [.model, .run, .engine].contains($0.definition.group) && self[$0] != $0.definition.usual }
            .map { factor in
                let name = " --\(factor.rawValue.replacing("_", "-"))"
                return factor.definition.kind.isFlag ? name : "\(name) \(Trial.shellWord(self[factor]))"
            }
        return "unroll measure --strategy \(strategyWord)\(options.joined())"
            + (strategy.usesDisk ? " --disk ." : "") + " --repetitions \(repetitions)"
    }

    /// What is typed to have the live bytes after every action measured, where a report looks for them.
    var timelineCommand: String {
        command(of: "", repetitions: 1) + " --timeline results/\(MeasuredTimeline.folder)/\(identifier).csv"
    }

    /// Without quotes where the shell sees nothing in it.
    private static func shellWord(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
                || "-_.,:=/+".utf8.contains(byte)
        }
        return isPlain && !word.isEmpty ? word : word.quotedForShell
    }
}
