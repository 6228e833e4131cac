import Schedules
package import Trials

/// How a strategy's bytes or time grow with one dimension, all others held: the fitted exponent beside the theoretical.
package struct ScalingLaw: Hashable, Sendable {
    /// One of the measured trials; those of the law differ in the variable alone.
    package let trial: Trial
    package let experiment: String
    package let variable: Variable
    package let quantity: Quantity
    package let law: PowerLaw
    /// What was fitted: the medians of the repetitions.
    package let points: [Point]

    /// The exponent for large values of the variable; nil where no simple power is known.
    package var theory: Double? { variable.theory(of: quantity, trial: trial) }

    /// Under what name the strategy goes: a law in the window has no one window.
    package var strategy: String { variable == .window ? trial.strategy.name : trial.strategy.description }

    /// A dimension, by the letter that formulas have for it.
    package enum Variable: String, CaseIterable, Hashable, Sendable {
        case length = "T"
        case hidden = "H"
        case batch = "B"
        /// The window of truncations whose stride it is.
        case window = "k"

        var factor: Factor {
            switch self {
            case .length: .length
            case .hidden: .hidden
            case .batch: .batch
            case .window: .window
            }
        }

        func value(of trial: Trial) -> Int? { Int(trial[factor]) }

        /// Rows that can lie on a law in this variable: a window that the sequence does not fill is full unrolling.
        func concerns(_ trial: Trial) -> Bool {
            guard let window = Int(trial[.window]) else { return self != .window }
            return window <= trial.length && (self != .window || trial[.window] == trial[.stride])
        }
    }

    package enum Quantity: String, CaseIterable, Hashable, Sendable {
        /// Of states and records at the peak: all else is of constant size.
        case bytes = "states+records"
        case time

        func value(of rows: [Row]) -> Double? {
            switch self {
            case .bytes: rows.compactMap(\.statesAndRecordsBytes).max()
            case .time: Sample(.wallSeconds, of: rows).median
            }
        }
    }

    /// Every law that at least three values of a variable let one fit, in the order of the rows.
    ///
    /// - Parameters:
    ///   - variables: those whose laws are wanted.
    ///   - quantities: likewise.
    package static func all(
        _ rows: [Row], in variables: [Variable] = Variable.allCases, of quantities: [Quantity] = Quantity.allCases
    ) -> [ScalingLaw] {
        var laws: [ScalingLaw] = []
        for variable in variables {
            let concerned = rows.succeeded.filter { variable.concerns($0.trial) }
            let factor = variable == .window ? Factor.strategy : variable.factor
            let together = concerned.grouped(over: [factor], isOfOneMachine: false)
            // Bytes are the same on all machines; times are one's.
            laws += together.flatMap { group in
                (quantities.contains(.bytes) ? [ScalingLaw(group, in: variable, of: .bytes)] : []).compactMap(\.self)
                    + (quantities.contains(.time) ? group.grouped(over: [factor], isOfOneMachine: true) : [])
                    .compactMap { ScalingLaw($0, in: variable, of: .time) }
            }
        }
        return laws
    }

    /// Nil where less than three values leave nothing to tell.
    private init?(_ rows: [Row], in variable: Variable, of quantity: Quantity) {
        var points: [Point] = []
        for repetitions in rows.grouped(over: []) {
            guard let x = variable.value(of: repetitions[0].trial), let y = quantity.value(of: repetitions), y > 0
            else { continue }
            points.append(Point(x: Double(x), y: y))
        }
        guard Set(points.map(\.x)).count >= 3, let law = PowerLaw(points) else { return nil }
        (trial, experiment) = (rows[0].trial, rows[0].experiment)
        (self.variable, self.quantity, self.law, self.points) = (variable, quantity, law, points)
    }
}

extension ScalingLaw.Variable {
    /// For large values, constant sizes and the input's width aside.
    ///
    /// - In T each family says it.
    /// - A record and a state have B·H values; a product's time goes with B·H².
    func theory(of quantity: ScalingLaw.Quantity, trial: Trial) -> Double? {
        switch (self, quantity) {
        case (.batch, _), (.hidden, .bytes), (.window, .bytes): return 1
        case (.hidden, .time): return 2
        case (.window, .time): return 0
        case (.length, .bytes): return trial.strategy.bytesExponent
        case (.length, .time): return trial.strategy.timeExponent
        }
    }
}

extension Table {
    /// One law a line.
    package init(_ laws: [ScalingLaw]) {
        let varied = laws.map { Row(experiment: $0.experiment, trial: $0.trial, repetition: 1, status: .ok) }
            .variedFactors.filter { factor in !ScalingLaw.Variable.allCases.contains { $0.factor == factor } }
        let factors = ColumnDefinition.factors(varied, .text, of: laws) { $0.trial }
        self.init(laws, columns: factors + ScalingLaw.columns)
    }
}

extension ScalingLaw {
    fileprivate static let columns: [ColumnDefinition<ScalingLaw>] = [
        ColumnDefinition("strategy", .text) { $0.strategy },
        ColumnDefinition("quantity", .text) { $0.quantity.rawValue },
        ColumnDefinition("in", .text) { $0.variable.rawValue },
        ColumnDefinition("from", .count) { $0.points.map { Int($0.x) }.min() },
        ColumnDefinition("to", .count) { $0.points.map { Int($0.x) }.max() },
        ColumnDefinition("held", .text) { law in
            [ScalingLaw.Variable.length, .hidden, .batch].filter { $0 != law.variable }
                .map { "\($0.rawValue) \(law.trial[$0.factor])" }.joined(separator: " ")
        },
        ColumnDefinition("exponent", .decimal) { $0.law.exponent },
        ColumnDefinition("exponent_low", title: "low", .decimal) { $0.law.interval?.low },
        ColumnDefinition("exponent_high", title: "high", .decimal) { $0.law.interval?.high },
        ColumnDefinition("theory", .decimal) { $0.theory },
    ]
}
