/// The product of counts; nil when it overflows.
func product(_ counts: [Int]) -> Int? {
    var product = 1
    for count in counts {
        let (next, overflow) = product.multipliedReportingOverflow(by: count)
        guard !overflow else { return nil }
        product = next
    }
    return product
}

/// The sum of counts; nil when it overflows.
func sum(_ counts: [Int]) -> Int? {
    var sum = 0
    for count in counts {
        let (next, overflow) = sum.addingReportingOverflow(count)
        guard !overflow else { return nil }
        sum = next
    }
    return sum
}

/// Goes to the next combination, the last index varying fastest; false after the last.
func step(_ indices: inout [Int], counts: [Int]) -> Bool {
    for position in indices.indices.reversed() {
        indices[position] += 1
        if indices[position] < counts[position] { return true }
        indices[position] = 0
    }
    return false
}
