import Schedules
import Testing

@Suite struct StrategyTests {
    @Test(
        arguments: [
            ("full", .full), ("truncated:window=64", .truncated(window: 64, stride: 64)),
            ("truncated:window=64,stride=32", .truncated(window: 64, stride: 32)),
            ("segmented", .segmented(length: nil)),
            ("segmented:length=32", .segmented(length: 32)), ("binomial:slots=10", .binomial(slots: 10)),
            ("binomial:slots=1000000000", .binomial(slots: 1_000_000_000)),
        ] as [(String, Strategy)])
    func roundTrip(text: String, strategy: Strategy) throws {
        #expect(try Strategy(text) == strategy)
        #expect(strategy.description == text)
        #expect(text.hasPrefix(strategy.name))
    }

    @Test(arguments: [
        ("truncated:stride=32,window=64", "truncated:window=64,stride=32"),
        ("truncated:window=8,stride=8", "truncated:window=8"),
    ])
    func otherSpellings(text: String, canonical: String) throws {
        #expect(try Strategy(text).description == canonical)
    }

    @Test(arguments: [
        ("", "unknown strategy ''; allowed: full, truncated, segmented, binomial"),
        (":", "unknown strategy ''; allowed: full, truncated, segmented, binomial"),
        ("ful", "unknown strategy 'ful'; allowed: full, truncated, segmented, binomial"),
        ("Full", "unknown strategy 'Full'; allowed: full, truncated, segmented, binomial"),
        ("full ", "unknown strategy 'full '; allowed: full, truncated, segmented, binomial"),
        ("full:", "strategy 'full' takes no parameters; write it without ':'"),
        ("full:x=1", "strategy 'full' takes no parameters, found 'x'"),
        ("segmented:", "strategy 'segmented' has an empty parameter; allowed: length"),
        ("segmented:len=3", "strategy 'segmented' has no parameter 'len'; allowed: length"),
        ("truncated", "strategy 'truncated' needs 'window', as in truncated:window=8"),
        ("truncated:", "strategy 'truncated' has an empty parameter; allowed: window, stride"),
        ("truncated:window=4,", "strategy 'truncated' has an empty parameter; allowed: window, stride"),
        ("truncated:stride=4", "strategy 'truncated' needs 'window', as in truncated:window=8"),
        ("truncated:window", "strategy 'truncated': 'window' is ''; allowed: a whole number from 1 to 1000000000"),
        ("truncated:window=0", "strategy 'truncated': 'window' is '0'; allowed: a whole number from 1 to 1000000000"),
        ("truncated:window=-4", "strategy 'truncated': 'window' is '-4'; allowed: a whole number from 1 to 1000000000"),
        (
            "truncated:window=4=4",
            "strategy 'truncated': 'window' is '4=4'; allowed: a whole number from 1 to 1000000000"
        ),
        ("truncated:window= 4", "strategy 'truncated': 'window' is ' 4'; allowed: a whole number from 1 to 1000000000"),
        ("truncated:window=4,stride=5", "strategy 'truncated': 'stride' is 5; allowed: 1 to the window, 4"),
        ("truncated:window=4,window=4", "strategy 'truncated' has 'window' twice"),
        (
            "truncated:window=4 stride=2",
            "strategy 'truncated': 'window' is '4 stride=2'; allowed: a whole number from 1 to 1000000000"
        ),
        ("binomial", "strategy 'binomial' needs 'slots', as in binomial:slots=8"),
        ("binomial:slots=", "strategy 'binomial': 'slots' is ''; allowed: a whole number from 1 to 1000000000"),
        ("binomial:slots=1.5", "strategy 'binomial': 'slots' is '1.5'; allowed: a whole number from 1 to 1000000000"),
        (
            "binomial:slots=1000000001",
            "strategy 'binomial': 'slots' is '1000000001'; allowed: a whole number from 1 to 1000000000"
        ),
        (
            "binomial:slots=99999999999999999999",
            "strategy 'binomial': 'slots' is '99999999999999999999'; allowed: a whole number from 1 to 1000000000"
        ),
    ])
    func badWords(text: String, message: String) {
        let error = #expect(throws: StrategyError.self) { try Strategy(text) }
        #expect(error?.description == message)
    }

    @Test func eachMakesItsSchedule() {
        let footprint = Footprint(constant: Usage(), state: 1, record: 4)
        func schedule(_ strategy: Strategy) -> any Schedule { strategy.schedule(length: 64, footprint: footprint) }
        #expect(schedule(.full) is Full)
        #expect((schedule(.truncated(window: 8, stride: 2)) as? Truncated)?.stride == 2)
        #expect((schedule(.segmented(length: 8)) as? Segmented)?.segment == 8)
        // √(1 · 64 / 4), the last segment recorded on the way.
        #expect(
            (schedule(.segmented(length: nil)) as? Segmented)?.segment
                == Segmented.bestSegment(length: 64, state: 1, record: 4))
        #expect((schedule(.binomial(slots: 8)) as? Binomial)?.slots == 8)
    }

    /// The list behind help and errors names each strategy once.
    @Test func catalogueNamesAll() throws {
        #expect(Strategy.catalogue.map(\.name) == ["full", "truncated", "segmented", "binomial"])
        for entry in Strategy.catalogue {
            let parameters = (entry.required + entry.optional).map { ($0, "1") }
            #expect(try Strategy(name: entry.name, parameters: parameters).name == entry.name)
        }
    }
}
