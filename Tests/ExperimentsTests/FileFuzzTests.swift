import Experiments
import Mutations
import Testing

/// Of each of two files: 24,000 in all.
private let mutations = 12_000

@Test(arguments: [goodFile, example])
func damagedFilesAreReadOrRefusedWithAPlace(_ file: String) {
    var generator = SeededGenerator(seed: 1)
    let clock = ContinuousClock()
    var refused = 0
    for number in 0..<mutations {
        let bytes = mutated(Array(file.utf8), with: &generator)
        let time = clock.measure {
            do throws(ExperimentError) {
                let experiment = try Experiment(bytes: bytes, file: "f.yaml")
                #expect((1...Experiment.largestProduct).contains(experiment.trials.count))
            } catch {
                refused += 1
                guard let place = error.place else {
                    Issue.record("no place: \(error)")
                    return
                }
                #expect(place.line >= 1 && place.column >= 1, "mutation \(number): \(error)")
                #expect(place.line <= 2 + bytes.count { $0 == 0x0A || $0 == 0x0D }, "mutation \(number): \(error)")
                #expect(!error.description.contains("\n"), "mutation \(number): \(error)")
            }
        }
        #expect(time < .seconds(5), "mutation \(number)")
    }
    // Most damage shows, some does not: the test looks at both.
    #expect((mutations / 2..<mutations).contains(refused))
}

@Test(arguments: [
    String(repeating: "[", count: 500_000), String(repeating: "- ", count: 500_000),
    String(repeating: "{a: ", count: 200_000), String(repeating: "? ", count: 500_000),
    String(repeating: "a: ", count: 300_000), String(repeating: "\"", count: 1_000_000),
    String(repeating: "a\n", count: 500_000), "a: [" + String(repeating: "1,", count: 500_000) + "]",
    String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
    (0..<100_000).map { "k\($0): 1\n" }.joined(),
])
func hugeAndDeepFilesAreRefusedSoon(_ text: String) {
    let clock = ContinuousClock()
    let time = clock.measure {
        let error = #expect(throws: ExperimentError.self) { try Experiment(text: text, file: "f.yaml") }
        #expect((error?.description.utf8.count ?? 0) < 500)
    }
    #expect(time < .seconds(5))
}

/// Aliases that would double a tree forty times over.
@Test func anAliasBombIsRefused() {
    var text = "a0: &a0 [x, x]\n"
    for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "? *a40\n: 1\n"
    let error = #expect(throws: ExperimentError.self) { try Experiment(text: text, file: "f.yaml") }
    #expect(error?.place == Place(file: "f.yaml", line: 1, column: 5))
}
