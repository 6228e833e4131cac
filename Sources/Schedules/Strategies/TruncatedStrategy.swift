package import Quantities

/// Truncation, BPTT(h; h'): see ``Truncated``.
package struct TruncatedStrategy: PlannableFamily {
    package static let signature = Signature(
        "truncated", [.count("window"), .count("stride", isRequired: false)], aliases: ["tbptt"],
        about: "BPTT(h; h'): the loss of each stride reaches one window back")
    package static let traits: StrategyTraits = [.cutsAdjoint, .hasStrides, .needsNoEnd]

    /// h.
    package let window: Int
    /// h'.
    package let stride: Int

    package init(window: Int, stride: Int) { (self.window, self.stride) = (window, stride) }

    package init(_ arguments: Arguments) throws(ParameterError) {
        window = arguments.whole("window")!
        stride = arguments.whole("stride") ?? window
        guard stride <= window else {
            throw ParameterError(
                kind: Strategy.vocabulary.kind, word: Self.word,
                reason: .value(String(stride), of: "stride", allowed: "1 to the window, \(window)"))
        }
    }

    package var parameters: [(name: String, text: String)] {
        [("window", String(window))] + (stride == window ? [] : [("stride", String(stride))])
    }

    package func value(of column: StrategyColumn, length: Int, footprint: () -> Footprint) -> Int? {
        switch column {
        case .window: window
        case .stride: stride
        case .slots, .segment: nil
        }
    }

    package func schedule(length: Int, footprint: Footprint, losses: LossPlacement) -> any Schedule {
        Truncated(length: length, window: window, stride: stride, losses: losses)
    }

    package var choosesBySize: Bool { false }
    package func infeasibility(length: Int, footprint: () -> Footprint) -> Infeasibility? { nil }

    package func summation(length: Int) -> Strategy.Summation {
        stride >= length ? .chain : .strides(window: min(window, length), stride: stride)
    }

    package func reach(length: Int) -> Int { min(window, length) }
    package var draws: Int? { nil }

    /// A window's records.
    package var bytesExponent: Double? { 0 }
    package var timeExponent: Double? { 1 }

    package static func smallest(length: Int, footprint: Footprint) -> TruncatedStrategy {
        TruncatedStrategy(window: 1, stride: 1)
    }

    /// One record and the state that enters it. Of one lane: nothing goes in two directions that is cut.
    package static func leastBytes(length: Int, footprint: Footprint) -> Int {
        footprint.constant.total + footprint.entering + footprint.record
    }

    package static func leastBytesBound(length: Int, footprint: Footprint) -> Int? { nil }

    package static func candidates(within limit: MemoryLimit) -> Candidates {
        .each(largestWindow(within: limit).map { [.truncated(window: $0, stride: $0)] } ?? [])
    }

    /// The largest h = h' that fits. Not in closed form: with CTC the constant roles grow with the window too. Bytes only grow
    /// with it, so it is found by halves.
    package static func largestWindow(within limit: MemoryLimit) -> Int? {
        func fits(_ window: Int) -> Bool {
            limit.peakBytes(.truncated(window: window, stride: window)) <= limit.budget
        }
        guard fits(1) else { return nil }
        var (low, high) = (1, limit.length + 1)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if fits(middle) { low = middle } else { high = middle }
        }
        return low
    }

    package static func survey(length: Int, footprint: Footprint) -> [Strategy] {
        footprint.lanes > 1
            ? [] : Strategy.powersOfFour(below: length).map { .truncated(window: $0, stride: $0) }
    }
}

extension Strategy {
    /// BPTT(h; h'): `window` is h, `stride` is h'.
    package static func truncated(window: Int, stride: Int) -> Strategy {
        Strategy(TruncatedStrategy(window: window, stride: stride))
    }

    package var truncated: TruncatedStrategy? { member(of: TruncatedStrategy.self) }
}
