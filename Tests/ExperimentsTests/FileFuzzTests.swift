import Experiments
import Mutations
import Testing

/// Of each of two files: 24,000 in all.
private let mutations = 12_000

@Test(.timeLimit(.minutes(30)), arguments: [goodFile, example])
func damagedFilesAreReadOrRefusedWithAPlace(_ file: String) {
    var generator = SeededGenerator(seed: 1)
    var refused = 0
    for number in 0..<mutations {
        let bytes = mutated(Array(file.utf8), with: &generator)
        do throws(ExperimentError) {
            let experiment = try Experiment(bytes: bytes, file: "f.yaml")
            #expect((1...Experiment.largestProduct).contains(experiment.trials.count))
        } catch {
            refused += 1
            guard let place = error.position else {
                Issue.record("no place: \(error)")
                return
            }
            #expect(place.line >= 1 && place.column >= 1, "mutation \(number): \(error)")
            #expect(place.line <= 2 + bytes.count { $0 == 0x0A || $0 == 0x0D }, "mutation \(number): \(error)")
            #expect(!error.description.contains("\n"), "mutation \(number): \(error)")
        }
    }
    // Most damage shows, some does not: the test looks at both.
    #expect((mutations / 2..<mutations).contains(refused))
}

/// Repetitions are written as parts: a test prints its arguments, and these have up to a million characters.
@Test(
    .timeLimit(.minutes(30)),
    arguments: [
        [("[", 500_000)], [("- ", 500_000)], [("{a: ", 200_000)], [("? ", 500_000)], [("a: ", 300_000)],
        [("\"", 1_000_000)], [("a\n", 500_000)], [("a: [", 1), ("1,", 500_000), ("]", 1)], [("[", 900), ("]", 900)],
    ] as [[(text: String, count: Int)]])
func hugeAndDeepFilesAreRefused(_ parts: [(text: String, count: Int)]) {
    isRefusedInAFewWords(parts.map { String(repeating: $0.text, count: $0.count) }.joined())
}

@Test(.timeLimit(.minutes(30)))
func aFileOfManyUnknownKeysIsRefused() {
    isRefusedInAFewWords((0..<100_000).map { "k\($0): 1\n" }.joined())
}

private func isRefusedInAFewWords(_ text: String) {
    let error = #expect(throws: ExperimentError.self) { try Experiment(text: text, file: "f.yaml") }
    #expect((error?.description.utf8.count ?? 0) < 500)
}

/// Aliases that would double a tree forty times over.
@Test func anAliasBombIsRefused() {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "? *a40\n: 1\n"
    let error = #expect(throws: ExperimentError.self) { try Experiment(text: text, file: "f.yaml") }
    #expect(error?.position == FilePosition(file: "f.yaml", line: 1, column: 5))
}
