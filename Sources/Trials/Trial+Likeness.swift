extension Trial {
    /// The same trial but for these factors, which have their defaults: trials that differ in nothing else are then equal.
    /// A key for groups; it need not make a trial that can be measured.
    package func ignoring(_ factors: Set<Factor>) -> Trial {
        var key = self
        for factor in factors { factor.definition.reset(&key) }
        return key
    }

    /// Factors, derived ones aside, in which two trials differ.
    package func differences(from other: Trial) -> Set<Factor> {
        Set(Factor.allCases.filter { $0.definition.differs(self, other) })
    }
}
