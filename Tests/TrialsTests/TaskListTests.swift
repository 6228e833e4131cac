import Foundation
import Quantities
import Testing
import Trials

/// A task is one file and a place in the list: nothing else in the sources knows its name.
@Suite struct TaskListTests {
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

    /// Where tasks are, and claims, which may name what they are about.
    private static let rooms = ["Trials/Tasks/", "Reports/Claims/"]

    private static func texts() throws -> [(path: String, text: String)] {
        let files = try #require(FileManager.default.enumerator(atPath: sources.path))
        return try files.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.map { path in
            (path, try String(contentsOf: sources.appending(path: path), encoding: .utf8))
        }
    }

    /// How a task would be named: by its type, by the word with a parameter, or as a value of ``TrainingTask``.
    private static func names(of definition: any TaskDefinition.Type) -> [String] {
        let signature = definition.signature
        let parameters = signature.parameters.flatMap {
            [".\(signature.word)(\($0.name):", "\"\(signature.word):\($0.name)="]
        }
        let bare = signature.parameters.isEmpty ? [".\(signature.word)", "\"\(signature.word)\""] : []
        return ["\(definition)", "TrainingTask.\(signature.word)"] + parameters + bare
    }

    /// Whether a text has a name that is neither a part of a longer word nor a function's.
    private static func has(_ name: String, in text: String) -> Bool {
        var rest = text[...]
        while let found = rest.range(of: name) {
            rest = rest[found.upperBound...]
            let isWhole = !(name.last!.isLetter && (rest.first.map { $0.isLetter || $0 == "(" } ?? false))
            if isWhole { return true }
        }
        return false
    }

    @Test func noTaskIsNamedElsewhere() throws {
        let texts = try TaskListTests.texts()
        #expect(texts.count > 200)
        for definition in TrainingTask.definitions {
            let names = TaskListTests.names(of: definition)
            // The search finds what it is for.
            let own = try #require(texts.first { $0.path == "Trials/Tasks/\(definition).swift" })
            #expect(names.contains { TaskListTests.has($0, in: own.text) })
            for (path, text) in texts where !TaskListTests.rooms.contains(where: { path.hasPrefix($0) }) {
                #expect(names.filter { TaskListTests.has($0, in: text) } == [], "\(path)")
            }
        }
    }

    /// One file for each, of one word each.
    @Test func everyTaskIsAFile() throws {
        let words = TrainingTask.vocabulary.words
        #expect(Set(words).count == words.count && words.count == TrainingTask.definitions.count)
        let paths = try TaskListTests.texts().map(\.path)
        for definition in TrainingTask.definitions {
            #expect(paths.contains("Trials/Tasks/\(definition).swift"))
            #expect(!definition.signature.about.isEmpty)
        }
    }

    /// Tasks are equal where their word and parameters are, however they came about.
    @Test func equality() throws {
        let texts = TrainingTask.vocabulary.signatures.map(\.example) + ["copy:delay=3", "stream:mean=772,em=false"]
        let tasks = try texts.map { try TrainingTask($0) }
        #expect(Set(tasks).count == texts.count)
        for (task, text) in zip(tasks, texts) {
            let again = try TrainingTask(text)
            #expect(task == again && task.hashValue == again.hashValue && task.description == text)
        }
    }
}
