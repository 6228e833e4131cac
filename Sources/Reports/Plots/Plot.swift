/// A picture of measurements, before anybody draws it: subplots side by side or one below the other, each with series.
package struct Plot: Hashable, Sendable {
    /// Of its file, without `.svg`.
    package let name: String
    package let title: String
    /// What it shows and how, in a sentence or two; also for those who cannot see it.
    package let caption: String
    package let subplots: [Subplot]
    /// Subplots a line.
    package let columns: Int
    /// Of one subplot, in units of the picture, which is ``width`` wide.
    package let subplotHeight: Int
    /// Entries of the key, which is shared.
    package let key: [Series]
    /// Each subplot has names and numbers at both its axes; otherwise subplots side by side share a scale up, and ones below each other
    /// one across.
    package var hasSeparateAxes = false

    package struct Subplot: Hashable, Sendable {
        package let title: String
        package let x: Axis
        package let y: Axis
        package let series: [Series]
        package var labels: [Label] = []
    }

    package struct Axis: Hashable, Sendable {
        package let label: String
        package let ticks: [Tick]
        package let isLogarithmic: Bool
        package let low: Double
        package let high: Double
        /// The ticks are names, and take room.
        package var hasNames = false
    }

    package struct Tick: Hashable, Sendable {
        package let value: Double
        package let text: String
    }

    /// Text at a mark.
    package struct Label: Hashable, Sendable {
        package let x: Double
        package let y: Double
        package let text: String
        /// Under the text, paler.
        package var remark = ""
        /// Of one near a mark: rather below it than above.
        package var prefersBelow = false
        package let placement: Placement

        package enum Placement: Hashable, Sendable {
            /// To the right of a bar, in the axis' own room.
            case bar
            /// At the end of a line, to the right of the subplot.
            case end
            /// Near a mark, where it covers nothing; left out where there is no such place.
            case near
        }
    }

    package struct Series: Hashable, Sendable {
        package let title: String
        package let style: SeriesStyle
        package let kind: Kind
        package let marks: [Mark]

        package enum Kind: Hashable, Sendable {
            /// Points joined by lines.
            case line
            /// Points alone.
            case points
            /// A line without points.
            case path
            /// The area down to 0.
            case area(colour: String)
            /// A box: x from `low` to `high`, y around its own.
            case box(colour: String)
        }
    }

    package struct Mark: Hashable, Sendable {
        package let x: Double
        package let y: Double
        package var low: Double?
        package var high: Double?

        package init(x: Double, y: Double, low: Double? = nil, high: Double? = nil) {
            (self.x, self.y, self.low, self.high) = (x, y, low, high)
        }
    }
}
