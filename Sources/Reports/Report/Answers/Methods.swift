import Quantities
import Schedules
import Trials

extension AnsweredRows {
    /// How many of the networks and lengths each exact method is right for, where sensitivities are one of them.
    var methods: MarkedText? {
        guard let map = MethodMap(rows) else { return nil }
        func counts(_ winner: KeyPath<MethodMap.Cell, Strategy?>) -> MarkedText {
            let won = map.names.map { name in
                (name: name, count: map.cells.count { $0[keyPath: winner]?.name == name })
            }
            let parts = won.filter { $0.count > 0 }.sorted { $0.count > $1.count }
                .map { "`\($0.name)` in \($0.count)" as MarkedText }
            return AnsweredRows.list(parts)
        }
        let widths = Set(map.cells.map(\.trial.hidden)).sorted()
        var text: MarkedText =
            "Of \(map.cells.count) networks and lengths the fewest bytes, going over no step more than twice, are taken by "
            + counts(\.smallest)
        if let budget = map.budget {
            text += "; the least time within \(AnsweredRows.bytes(budget)) by " + counts(\.fastest)
        }
        return text + " (T \(span(rows.lengths)), H \(span(widths)))."
    }
}
