import Kernels
import Networks
import Quantities
import Schedules
import Shapes
import Testing
import Training
import Trials
import Vectors

extension TrainingTests {
    /// Every factor acts in every path: changed alone, something that is measured differs; or it is refused there; or it is
    /// listed with the reason why nothing may differ, and then nothing does. A factor that is in no line fails.
    @Suite struct FactorTests {
        enum Path: CaseIterable {
            /// One training step, as `measure` and sweeps have it.
            case step
            /// A repetition that is a whole training, as sweeps with `updates` have it.
            case sweep
            /// Update by update, as `train` has it.
            case train
        }

        struct Line {
            /// Factors that differ from the usual ones, in both of two trials.
            var base: [Factor: String] = [:]
            /// What the factor is changed to.
            var values: [String]
            /// Where nothing may differ, and why.
            var unused: [Path: String] = [:]
            var refused: Set<Path> = []
        }

        private static let usual: [Factor: String] = [
            .cell: "lstm", .layers: "1", .input: "7", .hidden: "16", .batch: "3", .length: "24",
            .strategy: "truncated:window=8,stride=4", .task: "noise", .seed: "1",
        ]
        private static let training: [Factor: String] = [
            .updates: "3", .optimizer: "adam", .learningRate: "0.01", .clip: "0.01",
        ]
        private static let fixed: [Path: String] = [.step: "a single training step changes no parameter"]
        private static let always: Set<Path> = [.step, .sweep, .train]

        static let lines: [Factor: [Line]] = [
            .cell: [Line(values: Cell.allCases.map(\.rawValue))],
            .layers: [Line(values: ["2"])], .input: [Line(values: ["8"])], .hidden: [Line(values: ["24"])],
            .batch: [Line(values: ["4"])], .length: [Line(values: ["25"])],
            .strategy: [
                Line(
                    base: [.strategy: "full"],
                    values: [
                        "truncated:window=8", "truncated:window=24,stride=4", "segmented:length=5", "bisection",
                        "binomial:slots=3", "internal:slots=3", "mixed:memory=8KiB", "online:slots=3",
                        "multistage:memory=1,disk=2", "forward", "forward:block=8", "snap:order=1", "eprop", "uoro",
                        "adaptive:tolerance=0.5,most=4",
                    ]),
                Line(base: [.cell: "elman"], values: ["rflo", "kf"]),
                Line(base: [.cell: "leapgru:bits=3", .strategy: "full"], values: ["reversible"]),
                Line(values: ["inference", "randomized:window=8"], refused: [.sweep, .train]),
            ],
            // They say again what the strategy says.
            .window: [Line(values: ["9"], refused: always)], .stride: [Line(values: ["5"], refused: always)],
            .slots: [Line(values: ["5"], refused: always)], .segment: [Line(values: ["5"], refused: always)],
            .task: [
                Line(
                    base: [.input: "256"],
                    values: [
                        "adding", "copy:delay=3", "copy:delay=4", "reber", "text:file=\(#filePath)",
                        "text:file=\(#filePath),encoding=utf8", "labelling", "stream:mean=9",
                    ]),
                Line(base: [.task: "stream:mean=9"], values: ["stream:mean=9,em=false", "stream:mean=5"]),
            ],
            // What a file must hold: other bytes are refused, and so is a content without a file.
            .content: [
                Line(
                    base: [.input: "256", .task: "text:file=\(#filePath)"], values: ["5-0123456789abcdef"],
                    refused: always),
                Line(values: ["5-0123456789abcdef"], refused: always),
            ],
            .inputs: [Line(values: InputStorage.allCases.map(\.rawValue))],
            .inputProjection: [Line(values: InputProjection.allCases.map(\.rawValue))],
            .bidirectional: [
                Line(base: [.strategy: "full"], values: ["true"]), Line(values: ["true"], refused: always),
            ],
            .variant: [
                Line(values: ["untied", "input_adjoint", "no_state_adjoint"], refused: [.sweep, .train]),
                Line(
                    base: [.hidden: "64"], values: ["fused_gates"],
                    unused: [.step: "the same sums by one product: other times, the same bits and bytes"],
                    refused: [.sweep, .train]),
                Line(base: [.cell: "mingru"], values: ["recompute_gates"]),
                Line(values: ["recompute_gates"], refused: always),
                Line(values: ["loop", "compiled", "schedules", "hoisted"], refused: always),
            ],
            .recurrentWeights: [
                Line(base: [.cell: "mingru"], values: ["orthogonal:0.9"], refused: always),
                Line(values: ["orthogonal:0.9"]), Line(base: [.recurrentWeights: "orthogonal:2"], values: ["uniform"]),
            ],
            .scalar: [Line(values: Precision.allCases.map(\.rawValue))],
            .threads: [
                Line(values: ["2"], unused: [.step: "times alone", .sweep: "times alone", .train: "times alone"])
            ],
            .seed: [Line(values: ["2"])], .updates: [Line(values: ["5"])],
            .updateInterval: [Line(values: ["stride"], unused: fixed)],
            .optimizer: [Line(values: UpdateRule.allCases.map(\.rawValue))],
            .learningRate: [Line(values: ["0.02"], unused: fixed)],
            .clip: [Line(values: ["0.02", "0"], unused: fixed)],
            // Files, which WeightsTests and FileTaskTests have; what is held back needs one.
            .weights: [Line(values: ["none.safetensors"], refused: always)],
            .weightsContent: [Line(values: ["5-0123456789abcdef"], refused: always)],
            .validation: [Line(values: ["0.25"], refused: always)],
            .engine: [
                Line(
                    values: ["pytorch", "./mine"],
                    unused: [.step: "another program makes the step; unroll-trial refuses the word"],
                    refused: [.sweep, .train])
            ],
            .records: [Line(values: RecordFormat.allCases.map(\.rawValue))],
            .rounding: [
                Line(base: [.records: "int8"], values: ["stochastic"]),
                Line(base: [.cell: "elman", .records: "int8"], values: ["stochastic", "independent"]),
                Line(values: ["stochastic"], refused: always),
            ],
            .states: [
                Line(base: [.strategy: "segmented:length=3"], values: StateFormat.allCases.map(\.rawValue)),
                Line(values: ["bfloat16"], refused: always),
            ],
        ]

        /// No factor without a line, and no value of a list without a place in one.
        @Test func everyFactorIsDecided() {
            #expect(Set(FactorTests.lines.keys) == Set(Factor.allCases))
            func names(_ factor: Factor) -> Set<String> {
                let lines = FactorTests.lines[factor] ?? []
                let texts = lines.flatMap { $0.values + [$0.base[factor] ?? FactorTests.usual[factor] ?? ""] }
                return Set(texts.map { String($0.prefix { $0 != ":" }) })
            }
            #expect(names(.strategy) == Set(Strategy.families.map { $0.word }))
            // A task from a file needs one: FileTaskTests.
            #expect(names(.task) == Set(TrainingTask.vocabulary.words).subtracting(["file"]))
            #expect(names(.variant).union(["plain"]) == Set(Variant.allCases.map(\.rawValue) + [""]))
            #expect(names(.updateInterval).union(["sequence"]) == Set(UpdateInterval.allCases.map(\.rawValue) + [""]))
        }

        @Test(arguments: Factor.allCases) func actsOrIsRefused(factor: Factor) throws {
            for line in FactorTests.lines[factor] ?? [] {
                for path in Path.allCases {
                    var texts = FactorTests.usual.merging(path == .step ? [:] : FactorTests.training) { $1 }
                    texts.merge(line.base) { $1 }
                    let usual = try Trial(texts)
                    let before = try measured(usual, path)
                    for value in line.values where value != usual[factor] {
                        texts[factor] = value
                        let comment = "\(factor.rawValue) \(value), \(path)" as Comment
                        if line.refused.contains(path) {
                            let error = #expect(throws: (any Error).self, comment) { try measured(Trial(texts), path) }
                            #expect(error is TrialError || error is TaskDataError || error is WeightsError, comment)
                            continue
                        }
                        let trial = try Trial(texts)
                        #expect(trial != usual && trial.identifier != usual.identifier, comment)
                        #expect(try (measured(trial, path) == before) == (line.unused[path] != nil), comment)
                    }
                }
            }
        }

        /// All that a path measures and that is the same whenever and wherever it is measured: the threads that ran are the
        /// machine's.
        private func measured(_ trial: Trial, _ path: Path) throws -> [String] {
            func measured<S: Scalar>(_: S.Type) throws -> [String] {
                let files = trial.strategy.usesDisk ? try StateFiles(directory: directory("factor")) : nil
                let session = try Session<S>(trial, heaps: TrainingTests.heaps, files: files)
                try session.prepare(warmup: 0)
                guard path == .train else { return FactorTests.words(of: try session.measure()) }
                let trainer = try Trainer(session)
                let lines = try (0..<trial.updates).map { _ in
                    try trainer.update().line.split(separator: " ").filter { !$0.hasPrefix("wall_seconds") }
                        .joined(separator: " ")
                }
                return lines + FactorTests.words(of: trainer.figures)
            }
            return try measured(trial.precision.scalar)
        }

        private static func words(of row: Measurement) -> [String] {
            let noisy: Set<Figure> = [
                .threadPeakBytes, .workers, .peakRSSBytes, .jemallocAllocatedBytes, .jemallocActiveBytes,
                .jemallocResidentBytes, .jemallocMappedBytes,
            ]
            return Figure.allCases.filter { $0.unit != .seconds && !noisy.contains($0) }.compactMap { figure in
                row[figure].map { "\(figure.rawValue)=\($0)" }
            }
        }

        // MARK: Where a factor acts without being measured

        /// A training begins with the parameters that its trial says, and so does whatever it is compared with.
        @Test(arguments: [RecurrentWeights.uniform, .orthogonal(scale: 2), .orthogonal(scale: 0.5)])
        func everyStartIsTheTrials(weights: RecurrentWeights) throws {
            func trial(_ variant: Variant, updates: Int = 0) throws -> Trial {
                try Trial(
                    cell: .elman, input: 3, hidden: 16, batch: 2, length: 9, variant: variant,
                    recurrentWeights: weights, precision: .double, updates: updates)
            }
            func parameters(_ session: Session<Double>) -> [[Double]] {
                session.network.parameters.map { $0.exported($0.values) }
            }
            let session = try Session<Double>(trial(.plain, updates: 2), heaps: TrainingTests.heaps)
            let start = parameters(session)
            let trainer = try Trainer(session)
            #expect(parameters(session) == start)
            _ = try trainer.update()
            #expect(parameters(session) != start)
            _ = try Trainer(session)
            #expect(parameters(session) == start)
            // The reference of a variant is a network made for it.
            let variant = try Session<Double>(trial(.inputAdjoint), heaps: TrainingTests.heaps)
            try variant.prepare(warmup: 0)
            #expect(try variant.measure()[.gradientRelativeError] == .real(0))
            if let scale = weights.scale {
                for row in 0..<16 {
                    let u = start[1][row * 16..<(row + 1) * 16]
                    #expect(abs(u.reduce(0) { $0 + $1 * $1 } - scale * scale) < 1e-12)
                }
            }
        }
    }
}
