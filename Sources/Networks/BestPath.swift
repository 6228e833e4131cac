/// Best-path decoding: the likeliest class of each frame, repeated ones once, without blanks (Graves et al. 2006).
struct BestPath: Sendable {
    private(set) var labels: [Int] = []
    private var last = 0

    mutating func append(_ label: Int) {
        if label != last, label != 0 { labels.append(label) }
        last = label
    }
}

/// How many labels must be inserted, removed or replaced to make one sequence the other (Levenshtein 1966).
///
/// - Complexity: O(product of the lengths), and memory of one of them.
package func editDistance(_ a: [Int], _ b: [Int]) -> Int {
    var row = Array(0...b.count)
    for (i, label) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let replaced = diagonal + (label == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
        }
    }
    return row[b.count]
}
