extension Trial {
    /// The factor's value as text; empty where the strategy has no such parameter.
    package subscript(factor: Factor) -> String { factor.definition.text(self) }

    /// The shortest text that reads back as the same number; whole numbers without a point.
    static func text(_ number: Double) -> String {
        abs(number) < 1e15 && number == number.rounded() ? String(Int(number)) : String(number)
    }

    /// Makes a trial of factors as text; a factor that is absent has its default.
    ///
    /// - Throws: ``TrialError``, naming the factor, its value and what is allowed.
    package init(_ texts: [Factor: String]) throws(TrialError) {
        self = .usual
        for factor in Factor.allCases {
            if let text = texts[factor] { try factor.set(text, in: &self) }
        }
        try check()
        for factor in Factor.allCases where factor.isDerived {
            if let text = texts[factor], text != self[factor] { throw .derived(text, factor) }
        }
    }

    /// The factors that were chosen, as `key=value` words: how a trial is handed to its process. A later factor is said only
    /// where it is not the default.
    package var words: [String] {
        Factor.allCases.filter { !$0.isDerived && self[$0] != $0.absent }
            .map { "\($0.rawValue)=\(self[$0])" }
    }

    /// Reads `key=value` words.
    package init(words: [String]) throws(TrialError) {
        var texts: [Factor: String] = [:]
        for word in words {
            let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let factor = Factor(rawValue: sides[0]), !factor.isDerived else { throw .unknown(sides[0]) }
            let text = sides.count == 2 ? sides[1] : ""
            guard texts.updateValue(text, forKey: factor) == nil else { throw .duplicate(sides[0]) }
        }
        try self.init(texts)
    }

    /// A short name that is the same for the same factors in every file: FNV-1a of the words, 64 bits in hexadecimal.
    package var identifier: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in words.joined(separator: " ").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
