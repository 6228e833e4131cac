import Experiments
import Files
import Foundation
import Reports
import Runner
import Trials

/// Committed results, commit by commit, as git has them: its index and the working tree stay as they are.
struct GitResults {
    /// `A..B`, as git takes it; a side that is missing is HEAD.
    struct Range: Equatable {
        let from: String
        let to: String

        /// Nil where the text is the name of a file or directory, or no range.
        init?(_ text: String) {
            guard let dots = text.firstRange(of: ".."), access(text, F_OK) != 0 else { return nil }
            let (from, to) = (String(text[..<dots.lowerBound]), String(text[dots.upperBound...]))
            // Neither '../results' nor 'a/../b' is a revision's name, and 'A...B' is another kind of range.
            guard !to.hasPrefix("/"), !to.hasPrefix("."), !from.hasSuffix("/"), from + to != "" else { return nil }
            (self.from, self.to) = (from.isEmpty ? "HEAD" : from, to.isEmpty ? "HEAD" : to)
        }
    }

    private let program: OtherProgram
    private let range: Range
    /// Where the results are, as the user named it.
    private let path: String
    /// A directory for what is read.
    private let scratch: String

    /// The largest list of names, or of commits.
    static let most = 1 << 26

    /// Ends the command where git is not installed.
    init(_ range: Range, path: String, scratch: String) throws {
        do {
            // A hook has git's own index in its environment.
            program = try OtherProgram("git", setting: ["GIT_INDEX_FILE": "\(scratch)/index"])
        } catch {
            throw fail(
                "committed results are read by git, and \(error); install it with: apt-get install -y git",
                code: Exit.lacking)
        }
        (self.range, self.path, self.scratch) = (range, path, scratch)
    }

    /// The results at the start of the range, where it has some, and at every commit in it that touched them.
    func versions() throws -> [(name: String, results: [Results])] {
        let top: String
        do {
            top = try program.call(["rev-parse", "--show-toplevel"]).trimmingCharacters(in: .newlines)
        } catch {
            throw fail(
                "\(range.from)..\(range.to) takes the git repository that the results are committed in, and git finds none "
                    + "here (\(error)); run it inside of that, or name directories of results", code: Exit.lacking)
        }
        let inside = try name(of: path, from: top)
        let from = try commit(range.from)
        let to = try commit(range.to)
        let later = try git(["rev-list", "--reverse", "--first-parent", "\(from)..\(to)", "--", path])
        var found: [(String, [Results])] = []
        for (index, commit) in ([from] + later.split(separator: "\n").map(String.init)).enumerated() {
            let name = try git(["rev-parse", "--short", commit]).trimmingCharacters(in: .newlines)
            let results = try read(commit, of: inside, below: top, name: name, into: "\(scratch)/\(index)")
            if let results { found.append((name, results)) }
        }
        return found
    }

    /// What a path is called from the top of the repository.
    private func name(of path: String, from top: String) throws -> String {
        let prefix = try git(["rev-parse", "--show-prefix"]).trimmingCharacters(in: .newlines)
        let whole = path.hasPrefix("/") ? path : "\(top)/\(prefix)\(path)"
        let standard = URL(fileURLWithPath: whole).standardized.path
        guard standard.hasPrefix(top + "/") else {
            throw fail("'\(path)' is not below \(top), the repository one stands in", code: Exit.usage)
        }
        return String(standard.dropFirst(top.count + 1))
    }

    private func commit(_ revision: String) throws -> String {
        do {
            let words = ["rev-parse", "--verify", "--end-of-options", "\(revision)^{commit}"]
            return try program.call(words).trimmingCharacters(in: .newlines)
        } catch {
            throw fail("'\(revision)' is no commit here: \(error)", code: Exit.usage)
        }
    }

    private func git(_ arguments: [String], input: String = "") throws -> String {
        do {
            return try program.call(arguments, input: input, most: GitResults.most)
        } catch {
            throw fail("\(error)", code: Exit.system)
        }
    }

    /// The results of a commit; nil where it has none.
    ///
    /// - Parameter inside: where they are, from the top of the repository.
    private func read(
        _ commit: String, of inside: String, below top: String, name: String, into folder: String
    ) throws -> [Results]? {
        let listing = try git(["ls-tree", "-r", "-z", "--full-name", commit, "--", path])
        let files = listing.split(separator: "\0").compactMap { entry -> String? in
            // MODE TYPE HASH<tab>NAME; links are not followed.
            let sides = entry.split(separator: "\t", maxSplits: 1)
            guard sides.count == 2, sides[0].hasPrefix("100") else { return nil }
            let last = Folder.split(String(sides[1])).name
            let isOurs = last == Results.fileName || last.hasPrefix("environment.") && last.hasSuffix(".json")
            return isOurs ? String(sides[1]) : nil
        }
        guard files.contains(where: { Folder.split($0).name == Results.fileName }) else { return nil }
        _ = try git(["read-tree", commit])
        // Links in the way were not checked out, so that nothing leads out of the folder.
        let names = files.map { $0 + "\0" }.joined()
        _ = try git(["-C", top, "checkout-index", "-z", "--stdin", "--prefix=\(folder)/"], input: names)
        return try readResults(at: "\(folder)/\(inside)", replacing: "\(folder)/", by: "\(name):")
    }
}
