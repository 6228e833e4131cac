import Quantities
import Schedules
import Testing

@Suite struct StrategyTests {
    @Test(
        arguments: [
            ("full", .full), ("truncated:window=64", .truncated(window: 64, stride: 64)),
            ("truncated:window=64,stride=32", .truncated(window: 64, stride: 32)),
            ("segmented", .segmented(length: nil)),
            ("segmented:length=32", .segmented(length: 32)), ("binomial:slots=10", .binomial(slots: 10)),
            ("binomial:slots=1000000000", .binomial(slots: 1_000_000_000)), ("bisection", .bisection),
            ("internal:slots=50", .internal(slots: 50)), ("online:slots=10", .online(slots: 10)),
            ("multistage:memory=8,disk=32", .multistage(memory: 8, disk: 32)),
            ("inference", .inference), ("randomized:window=4", .randomized(window: 4, draws: 1)),
            ("randomized:window=2,draws=10000", .randomized(window: 2, draws: 10_000)),
            ("mixed:memory=64MiB", .mixed(memory: Bytes(64 << 20))),
            ("mixed:memory=2GB", .mixed(memory: Bytes(2_000_000_000))),
            ("mixed:memory=1000", .mixed(memory: Bytes(1000))),
            ("forward", .forward(block: nil)), ("forward:block=32", .forward(block: 32)),
            ("snap:order=1", .snap(order: 1)), ("rflo", .rflo(leak: 0.5)), ("rflo:leak=0.9", .rflo(leak: 0.9)),
            ("eprop", .eprop), ("uoro", .uoro(draws: 1)), ("uoro:draws=100", .uoro(draws: 100)),
            ("kf:draws=2", .kf(draws: 2)),
        ] as [(String, Strategy)])
    func roundTrip(text: String, strategy: Strategy) throws {
        #expect(try Strategy(text) == strategy)
        #expect(strategy.description == text)
        #expect(text.hasPrefix(strategy.name))
    }

    /// What a strategy says of the order of its sums is what the Validator reads from its schedule, and truncations are told
    /// apart by what of them is within the sequence.
    @Test(arguments: [1, 2, 7, 30]) func summation(length: Int) throws {
        let footprint = Footprint(constant: Usage(), state: 1, record: 1)
        // The expectation is of many draws, not of one schedule, and a window that is chosen of no schedule yet.
        let strategies = everyStrategy([1, 2, 3, 7, 29, 30, 31], length: length, footprint).filter {
            $0.draws == nil && $0.adaptation == nil
        }
        for strategy in strategies {
            let schedule = strategy.schedule(length: length, footprint: footprint)
            let hasBitsOfFull = try Validator(schedule).hasBitsOfFull
            #expect((strategy.summation(length: length) == .chain) == hasBitsOfFull, "\(strategy)")
            #expect(try strategy.isExact(length: length) == Validator(schedule).isExact, "\(strategy)")
        }
        for (one, other) in [(30, 40), (40, 1000)] {
            #expect(
                Strategy.truncated(window: one, stride: 5).summation(length: 30)
                    == Strategy.truncated(window: other, stride: 5).summation(length: 30))
        }
        #expect(
            Strategy.truncated(window: 30, stride: 5).summation(length: 30)
                != Strategy.truncated(window: 30, stride: 6).summation(length: 30))
    }

    @Test(arguments: [
        ("truncated:stride=32,window=64", "truncated:window=64,stride=32"),
        ("truncated:window=8,stride=8", "truncated:window=8"), ("randomized:draws=1,window=8", "randomized:window=8"),
        ("multistage:disk=2,memory=1", "multistage:memory=1,disk=2"), ("mixed:memory=67108864", "mixed:memory=64MiB"),
        ("mixed:memory=1.5 GiB", "mixed:memory=1536MiB"), ("mixed:memory=65536kb", "mixed:memory=64000KiB"),
    ])
    func otherSpellings(text: String, canonical: String) throws {
        #expect(try Strategy(text).description == canonical)
    }

    @Test(arguments: [
        (
            "",
            "unknown strategy ''; allowed: full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible"
        ),
        (
            ":",
            "unknown strategy ''; allowed: full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible"
        ),
        (
            "ful",
            "unknown strategy 'ful' (nearest: 'full'); allowed: full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible"
        ),
        (
            "Fulll",
            "unknown strategy 'Fulll' (nearest: 'full'); allowed: full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible"
        ),
        (
            "full ",
            "unknown strategy 'full ' (nearest: 'full'); allowed: full, truncated, segmented, bisection, binomial, internal, mixed, online, multistage, inference, randomized, forward, snap, rflo, eprop, uoro, kf, adaptive, reversible"
        ),
        ("full:", "strategy 'full' has ':' and nothing after it; allowed: no parameters"),
        ("full:x=1", "strategy 'full' has 'x'; allowed: no parameters"),
        ("segmented:", "strategy 'segmented' has an empty parameter; allowed: length"),
        ("segmented:len=3", "strategy 'segmented' has 'len'; allowed: length"),
        ("truncated", "strategy 'truncated' has no 'window'; allowed: truncated:window=…, such as truncated:window=8"),
        ("truncated:", "strategy 'truncated' has an empty parameter; allowed: window, stride"),
        ("truncated:window=4,", "strategy 'truncated' has an empty parameter; allowed: window, stride"),
        (
            "truncated:stride=4",
            "strategy 'truncated' has no 'window'; allowed: truncated:window=…, such as truncated:window=8"
        ),
        ("truncated:window", "strategy 'truncated': 'window' is ''; allowed: a whole number from 1 to 1000000000"),
        ("truncated:window=0", "strategy 'truncated': 'window' is '0'; allowed: a whole number from 1 to 1000000000"),
        ("truncated:window=-4", "strategy 'truncated': 'window' is '-4'; allowed: a whole number from 1 to 1000000000"),
        (
            "truncated:window=4=4",
            "strategy 'truncated': 'window' is '4=4'; allowed: a whole number from 1 to 1000000000"
        ),
        ("truncated:window= 4", "strategy 'truncated': 'window' is ' 4'; allowed: a whole number from 1 to 1000000000"),
        ("truncated:window=4,stride=5", "strategy 'truncated': 'stride' is '5'; allowed: 1 to the window, 4"),
        ("truncated:window=4,window=4", "strategy 'truncated' has 'window' twice; allowed: each parameter once"),
        (
            "truncated:window=4 stride=2",
            "strategy 'truncated': 'window' is '4 stride=2'; allowed: a whole number from 1 to 1000000000"
        ),
        ("inference:slots=2", "strategy 'inference' has 'slots'; allowed: no parameters"),
        ("randomized:window=1", "strategy 'randomized': 'window' is '1'; allowed: a whole number from 2 to 1000000000"),
        (
            "randomized:window=2,draws=0",
            "strategy 'randomized': 'draws' is '0'; allowed: a whole number from 1 to 1000000000"
        ),
        ("binomial", "strategy 'binomial' has no 'slots'; allowed: binomial:slots=…, such as binomial:slots=8"),
        ("bisection:slots=2", "strategy 'bisection' has 'slots'; allowed: no parameters"),
        ("internal", "strategy 'internal' has no 'slots'; allowed: internal:slots=…, such as internal:slots=8"),
        ("online:slots=0", "strategy 'online': 'slots' is '0'; allowed: a whole number from 1 to 1000000000"),
        (
            "multistage:memory=8",
            "strategy 'multistage' has no 'disk'; allowed: multistage:disk=…, such as multistage:disk=8"
        ),
        (
            "multistage:memory=64MiB,disk=1",
            "strategy 'multistage': 'memory' is '64MiB'; allowed: a whole number from 1 to 1000000000"
        ),
        ("mixed", "strategy 'mixed' has no 'memory'; allowed: mixed:memory=…, such as mixed:memory=64MiB"),
        (
            "mixed:memory=0",
            "strategy 'mixed': 'memory' is '0'; allowed: a number of bytes such as 512MiB, 8G, 2GB or 1048576, more than 0"
        ),
        (
            "mixed:memory=-1MiB",
            "strategy 'mixed': 'memory' is '-1MiB'; allowed: a number of bytes such as 512MiB, 8G, 2GB or 1048576, more than 0"
        ),
        (
            "mixed:memory=9999999TiB",
            "strategy 'mixed': 'memory' is '9999999TiB'; allowed: a number of bytes such as 512MiB, 8G, 2GB or 1048576, more than 0"
        ),
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
        let error = #expect(throws: ParameterError.self) { try Strategy(text) }
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
        #expect(schedule(.inference) is Inference)
        #expect((schedule(.randomized(window: 5, draws: 3)) as? Randomized)?.window == 5)
    }

    /// The list that help and errors show names each family once, from the simplest on, and every family reads what it
    /// writes.
    @Test func listNamesAll() throws {
        let words = Strategy.families.map { $0.word }
        #expect(
            words == [
                "full", "truncated", "segmented", "bisection", "binomial", "internal", "mixed", "online", "multistage",
                "inference", "randomized", "forward", "snap", "rflo", "eprop", "uoro", "kf", "adaptive", "reversible",
            ])
        #expect(Strategy.plannable(disk: true).map { $0.word } == Array(words.prefix(9)) + ["forward"])
        #expect(Strategy.plannable(disk: true, sensitivities: false).map { $0.word } == Array(words.prefix(9)))
        let strategies = everyStrategy([2, 3], length: 20, .counting)
        #expect(Set(strategies.map(\.name)) == Set(words))
        for strategy in strategies {
            #expect(words[strategy.simplicity] == strategy.name)
            #expect(try Strategy(strategy.description) == strategy)
            #expect(
                strategies.count { $0 == strategy } == 1 && strategies.count { $0.hashValue == strategy.hashValue } == 1
            )
        }
    }

    /// A results file of 100,000 rows holds a strategy in each: a value in place, without references to count.
    @Test func isAFewNumbers() {
        func isInline<Family: StrategyFamily>(_ family: Family.Type) -> Bool {
            MemoryLayout<Family>.size <= 3 * MemoryLayout<Int>.size && _isPOD(Family.self)
        }
        for family in Strategy.families {
            let fits = isInline(family)
            #expect(fits, "\(family.word)")
        }
    }
}
