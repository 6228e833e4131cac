/// What segments take, besides the constant roles.
extension Segmented {
    /// Of the segment lengths that cut the sequence in the same number of parts the shortest that fits: a longer one goes over
    /// more steps again and is in all else the same. There are some 2√T numbers of parts.
    ///
    /// With each step more in a segment there is less on the way. Of one lane, what a whole segment needs on the way
    /// back only grows; of several, those that wait on the way have at least a record less each, so that bytes only
    /// fall.
    ///
    /// - Complexity: O(√T · log T).
    static func shortestSegments(length: Int, within free: Int, _ footprint: Footprint, _ body: (Int) -> Void) {
        var shortest = 1
        while shortest <= length {
            let parts = (length + shortest - 1) / shortest
            let longest = parts == 1 ? length : (length - 1) / (parts - 1)
            func isSmallEnough(_ segment: Int) -> Bool {
                let bytes = peaks(segment: segment, length: length, footprint)
                return bytes.onTheWay <= free && (footprint.lanes == 1 || bytes.onTheWayBack <= free)
            }
            var (low, high) = (shortest, longest)
            while low < high {
                let middle = low + (high - low) / 2
                if isSmallEnough(middle) { high = middle } else { low = middle + 1 }
            }
            if bytes(segment: low, length: length, footprint) <= free { body(low) }
            shortest = longest + 1
        }
    }

    /// The peak: on the way forward all states but the last segment's, and its records; on the way back one state less and a
    /// whole segment. Either way one state enters the records. All lanes but one are on the way forward meanwhile.
    static func bytes(segment: Int, length: Int, _ footprint: Footprint) -> Int {
        let bytes = peaks(segment: segment, length: length, footprint)
        return Swift.max(bytes.onTheWay, bytes.onTheWayBack)
    }

    /// The same where the last lane is still on its way forward, and where it is on its way back.
    private static func peaks(
        segment: Int, length: Int, _ footprint: Footprint
    ) -> (onTheWay: Int, onTheWayBack: Int) {
        let segments = (length + segment - 1) / segment
        let last = length - (segments - 1) * segment
        let onTheWay = (segments - 1) * footprint.state + last * footprint.record
        let onTheWayBack = segments > 1 ? (segments - 2) * footprint.state + segment * footprint.record : 0
        let waiting = footprint.lanes * footprint.entering + (footprint.lanes - 1) * onTheWay
        return (waiting + onTheWay, waiting + onTheWayBack)
    }

    /// What no segment length can do without. Of n segments the last has a record or more, and the others T/n or more: with a
    /// saved states, e states entering records, r records and N lanes that is the least of
    ///
    ///     N e + (N − 1)((n − 1) a + r) + (n − 2) a + r T/n
    ///
    /// over all real n: by the inequality of means n N a + r T/n is least at n = √(r T/(N a)), where it is 2 √(N a r T). It only
    /// grows with the length. The bytes of the best segment do not, for several lanes wait with
    /// less where a length leaves fewer steps for the last segment.
    package static func leastOfAnySegment(length: Int, _ footprint: Footprint) -> Int {
        let (state, record) = (Double(footprint.state), Double(footprint.record))
        let lanes = Double(footprint.lanes)
        let least =
            2 * (lanes * state * record * Double(length)).squareRoot() + (lanes - 1) * record - (lanes + 1) * state
            + lanes * Double(footprint.entering)
        return Int(Swift.max(0, least))
    }
}
