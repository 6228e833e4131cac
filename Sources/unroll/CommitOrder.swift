import Experiments
import Foundation
import Runner
import Trials

/// Which of several builds came first, as the repository one stands in has their commits.
enum CommitOrder {
    /// Where each commit comes in history, the oldest first: no commit before those it was made from, and where that leaves a
    /// choice by the time of the commit.
    ///
    /// - Parameter commits: in hexadecimal.
    /// - Returns: nil where git is not installed, there is no repository here, or it does not know one of them.
    static func places(of commits: [String]) -> [Int]? {
        guard let git = try? OtherProgram("git") else { return nil }
        let found = commits.compactMap { commit -> String? in
            let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", "\(commit)^{commit}"]
            return (try? git.call(words))?.trimmingCharacters(in: .newlines)
        }
        guard found.count == commits.count,
            let history = try? git.call(["rev-list", "--date-order", "--reverse"] + found, most: GitResults.most)
        else { return nil }
        let wanted = Set(found)
        let order = history.split(separator: "\n").map(String.init).filter(wanted.contains)
        return found.compactMap(order.firstIndex)
    }
}

extension [Results] {
    /// The commit that all rows were measured by a build of; nil where that is not known, or of several.
    var commit: String? {
        let keys = Set(flatMap(\.rows).map(\.origin.key))
        let environments = flatMap(\.environments)
        let commits = keys.map { key in environments.first { $0.key == key }?.value.commit }
        guard let first = commits.first, let commit = first, commits.allSatisfy({ $0 == commit }) else { return nil }
        // Another word, such as a branch's name, would be one of git's too.
        return commit.utf8.count >= 7 && commit.allSatisfy(\.isHexDigit) ? commit : nil
    }
}
