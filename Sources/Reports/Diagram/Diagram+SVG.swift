import Schedules

extension Diagram {
    /// The picture after the action of this index, counted from 0 as in `unroll schedule --format csv`.
    package func svg(after index: Int) -> String {
        precondition((0..<actions).contains(index), "an index is of an action")
        return DiagramDrawing(self, moment: moments[index + 1]).text
    }
}
