import ArgumentParser
import Files
import Foundation
import Runner

struct PagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages",
        abstract: "Writes a catalogue for docc: the written pages, those made of the programs' tables, the pictures.",
        discussion: """
            Pictures are those of committed results, as EXPERIMENT-NAME.svg, and what each 'unroll diagram' command on a page \
            writes, under the name that the page gives it.
            """)

    @Option(help: "The written pages.") var catalogue = "Sources/unroll-manual/unroll.docc"
    @Option(help: "Results that claims are judged by and pictures are of.") var results = "results"
    @Argument(help: "The directory to write: NAME.docc.") var output: String

    func run() throws {
        let program = try MeasuringProgram()
        try Folder.make(output)
        try copyPages(drawing: program)
        try copyPictures()
        var pages = try CommandPages(program.help()).pages(usage: program.usage)
        pages += [.columns, .factors, .strategies, .tasks, .cells]
        pages += try ClaimPages(program.verdicts(results), pictures: pictures()).pages()
        for page in pages { try OutputFile.write(page.text, in: output, as: page.name + ".md") }
        print("\(pages.count) pages made, \(try written().count) written")
    }

    private func written() throws -> [String] { try names(in: catalogue).filter { !$0.hasPrefix(".") } }

    private func copyPages(drawing program: MeasuringProgram) throws {
        for name in try written() {
            let text = try text(of: "\(catalogue)/\(name)")
            try OutputFile.write(text, in: output, as: name)
            for drawing in Drawing.all(on: text) { try program.draw(drawing, in: output) }
        }
    }

    /// Names of the experiments that have any, each with those of its pictures.
    private func pictures() throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for experiment in try names(in: results) where isDirectory("\(results)/\(experiment)") {
            let own = try names(in: "\(results)/\(experiment)").filter { $0.hasSuffix(".svg") }
            found[experiment] = own.map { String($0.dropLast(4)) }
        }
        return found
    }

    private func copyPictures() throws {
        for (experiment, names) in try pictures() {
            for name in names {
                let picture = try text(of: "\(results)/\(experiment)/\(name).svg")
                try OutputFile.write(picture, in: output, as: "\(experiment)-\(name).svg")
            }
        }
    }
}

/// A page that is made: the name of its file without the ending, and its text.
struct MadePage {
    let name: String
    let text: String
}

/// A picture that a command on a page writes.
struct Drawing {
    let arguments: [String]
    let file: String

    /// Those of a page: lines of its code that begin with `unroll diagram` and end with the file.
    static func all(on page: String) -> [Drawing] {
        page.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard words.starts(with: ["unroll", "diagram"]), words.count > 3, words[words.count - 2] == "--output",
                words.last!.hasSuffix(".svg")
            else { return nil }
            return Drawing(arguments: Array(words.dropFirst().dropLast()), file: words.last!)
        }
    }
}

func names(in directory: String) throws -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: directory).sorted() } catch {
        throw ManualError("'\(directory)' cannot be listed: \(error.localizedDescription)")
    }
}

func isDirectory(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
}

func text(of path: String) throws -> String {
    do throws(FileBytes.Failure) {
        return String(decoding: try FileBytes.read(path, limit: 1 << 26), as: UTF8.self)
    } catch {
        switch error {
        case .system(let reason): throw ManualError("'\(path)' cannot be read: \(reason)")
        case .tooLarge: throw ManualError("'\(path)' is larger than 64 MiB")
        }
    }
}
