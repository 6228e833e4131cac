package import Quantities

/// Random-feedback local online learning (Murray 2019, doi 10.7554/eLife.43299), with the head's own weights for its feedback: a leak in
/// place of what leads from a state to the next one.
package struct RFLOStrategy: ForwardFamily {
    package static let signature = Signature(
        "rflo", [TextParameter("leak", .number(atMost: 1), isRequired: false, example: "0.5")],
        about: "a fixed leak in place of the recurrence, by default \(RFLOStrategy.usual); of cells without a memory")

    private static let usual = 0.5

    /// What a trace keeps from step to step.
    package let leak: Double

    package init(leak: Double) { self.leak = leak }
    package init(_ arguments: Arguments) { leak = arguments.number("leak") ?? RFLOStrategy.usual }

    package var parameters: [(name: String, text: String)] {
        leak == RFLOStrategy.usual ? [] : [("leak", "\(leak)")]
    }
    package var carried: Sensitivities { .leak(leak) }
}

extension Strategy {
    /// RFLO.
    package static func rflo(leak: Double) -> Strategy { Strategy(RFLOStrategy(leak: leak)) }
}
