import Foundation
package import Trials

/// Where the programs of engines are: those that come with the sources, the Python that runs them, and the gauge that they
/// are measured by.
///
/// In the sources, programs are in `Sources/engines` and Python is what `make engines` makes, `.venv-engines`. Installed, programs
/// are in `PREFIX/share/unroll/engines`. `UNROLL_ENGINES` names another virtual environment; an installed unroll needs it.
package struct EngineSite: Sendable {
    /// The variable that names a virtual environment.
    package static let variable = "UNROLL_ENGINES"
    /// What makes one, in the sources.
    package static let remedy = "make engines"

    /// Of the running program; nil where the system does not say.
    private let directory: String?
    /// That of the sources; nil where the program is in none.
    private let sources: String?
    /// What the variable says; nil where it is not set.
    private let environment: String?

    package init(_ variables: Variables = .atStart) {
        let directory = TrialProgram.directory
        self.directory = directory
        var above = (directory ?? "").split(separator: "/")
        while !above.isEmpty, access("/\(above.joined(separator: "/"))/\(EngineSite.inSources)", F_OK) != 0 {
            above.removeLast()
        }
        sources = above.isEmpty ? nil : "/\(above.joined(separator: "/"))"
        environment = variables[EngineSite.variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static let inSources = "Sources/engines"

    /// The program that measures by an engine.
    ///
    /// - Parameter own: unroll-trial, which starts it.
    /// - Throws: ``RunError`` that names what is missing, and the command that makes it.
    package func program(of engine: Engine, own: TrialProgram) throws(RunError) -> EngineProgram {
        let words: [String]
        let files: [String]
        switch engine {
        case .unroll: (words, files) = ([own.executable], [own.executable])
        case .shipped(let shipped): (words, files) = (try self.words(of: shipped), sourceFiles)
        case .program(let path):
            try expect(path, X_OK, of: engine, remedy: nil)
            (words, files) = ([path], [path])
        }
        return EngineProgram(words: words, launcher: own.executable, library: try GaugeLibrary.path(), files: files)
    }

    /// Where programs are that come with the sources.
    private var folder: String {
        sources.map { "\($0)/\(EngineSite.inSources)" } ?? "\(directory ?? ".")/../share/unroll/engines"
    }

    /// All that they are made of, and what pins the versions of what they load.
    private var sourceFiles: [String] {
        let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return all.filter { ($0.hasSuffix(".py") || $0.hasSuffix("requirements.txt")) && !$0.contains("tests/") }
            .sorted().map { "\(folder)/\($0)" }
    }

    /// Python and the program. It writes nothing next to that.
    private func words(of engine: Engine.Shipped) throws(RunError) -> [String] {
        let program = "\(folder)/\(engine.rawValue)/trial.py"
        let environment = environment ?? sources.map { "\($0)/.venv-engines" }
        guard let environment else {
            throw .engineMissing(
                .shipped(engine), "\(EngineSite.variable) is not set",
                remedy: "\(EngineSite.remedy), in the sources of unroll, and set it to their .venv-engines")
        }
        let python = "\(environment)/bin/python"
        try expect(python, X_OK, of: .shipped(engine), remedy: EngineSite.remedy)
        try expect(program, R_OK, of: .shipped(engine), remedy: "make install, in the sources of unroll")
        return [python, "-B", program]
    }

    private func expect(_ path: String, _ right: Int32, of engine: Engine, remedy: String?) throws(RunError) {
        var status = stat()
        let isFile = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        guard isFile, access(path, right) == 0 else {
            let reason = isFile || errno == EACCES ? "'\(path)' may not be used" : "there is no program '\(path)'"
            throw .engineMissing(engine, reason, remedy: remedy)
        }
    }
}

extension Sequence<Trial> {
    /// The programs of all engines that these ask for, unroll's own aside: looked for before anything runs.
    ///
    /// - Throws: ``RunError`` for the first that is not there.
    package func engines(
        at site: EngineSite = EngineSite(), own: TrialProgram
    ) throws(RunError) -> [Engine: EngineProgram] {
        var programs: [Engine: EngineProgram] = [:]
        for engine in Set(map(\.engine)).sorted(by: { $0.rawValue < $1.rawValue }) where engine != .unroll {
            programs[engine] = try site.program(of: engine, own: own)
        }
        return programs
    }
}
