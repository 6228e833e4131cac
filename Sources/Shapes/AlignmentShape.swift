import Schedules

/// How much CTC keeps. B: sequences side by side.
package struct AlignmentShape: Hashable, Sendable {
    /// Frames whose forward variables are kept: T, or those that a window reaches.
    package var steps: Int
    /// The most labels a sequence may have.
    package var labels: Int

    package init(steps: Int, labels: Int) {
        self.steps = steps
        self.labels = labels
    }

    /// U: positions in the longest sequence of labels with a blank before, between and after them.
    package var positions: Int { 2 * labels + 1 }

    /// α of every frame that is kept, [steps, B, U].
    package func forwardVariables(batch: Int) -> Int { saturatingProduct(steps, batch, positions) }
    /// β of one frame, [B, U].
    package func backwardVariables(batch: Int) -> Int { batch * positions }
    /// For each sequence the emissions of its labels, where two labels may follow each other, and the variables of the
    /// frame before or after, [B, 3, U + 2].
    package func rows(batch: Int) -> Int { batch * 3 * (positions + 2) }
}
