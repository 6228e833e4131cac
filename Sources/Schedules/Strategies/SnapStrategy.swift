package import Quantities

/// SnAp-n (Menick, Elsen, Evci, Osindero, Simonyan & Graves 2021, arXiv 2006.07232): of the influence matrix what a parameter can reach
/// within n steps, each reached value carried exactly as far as it depends on those. Of a dense U that is the parameter's own unit for
/// n = 1, and all units from n = 2 on: real-time recurrent learning itself.
package struct SnapStrategy: ForwardFamily {
    package static let signature = Signature(
        "snap", [.count("order")], about: "SnAp-n: what a parameter reaches within n steps; of a dense U 2 is exact")

    /// n.
    package let order: Int

    package init(order: Int) { self.order = order }
    package init(_ arguments: Arguments) { order = arguments.whole("order")! }

    package var parameters: [(name: String, text: String)] { [("order", String(order))] }
    package var carried: Sensitivities { order == 1 ? .unit : .influence }
}

extension Strategy {
    /// SnAp-n.
    package static func snap(order: Int) -> Strategy { Strategy(SnapStrategy(order: order)) }
}
