package import Quantities

/// Eligibility propagation (Bellec et al. 2020, doi 10.1038/s41467-020-17236-y): what a cell's memory keeps is carried, nothing through
/// U.
package struct EpropStrategy: ForwardFamily {
    package static let signature = Signature(
        "eprop", aliases: ["e-prop"], about: "what the memory keeps alone; of cells that have one")

    package init() {}
    package init(_ arguments: Arguments) {}

    package var parameters: [(name: String, text: String)] { [] }
    package var carried: Sensitivities { .own }
}

extension Strategy {
    /// e-prop.
    package static var eprop: Strategy { Strategy(EpropStrategy()) }
}
