import Schedules
import Shapes

/// A product of dimensions, and what has that number of bytes.
package struct SizeProduct: Hashable, Sendable, CustomStringConvertible {
    let what: String
    let factors: [String]
    let bytes: Double

    init(_ what: String, _ factors: [(String, Int)]) {
        self.what = what
        self.factors = factors.map { $0.0.isEmpty ? "\($0.1)" : "\($0.0) \($0.1)" }
        bytes = factors.reduce(1) { $0 * Double($1.1) }
    }

    /// Factor by factor: `length 100000000 × batch 65536 × hidden 65536 × 8 bytes`.
    package var description: String {
        let digits = Int(log10(bytes))
        let mantissa = (bytes / pow(10, digits) * 100).rounded() / 100
        return "\(what), \(factors.joined(separator: " × ")) bytes = \(mantissa)e\(digits) bytes"
    }

    private func pow(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { power, _ in power * base }
    }

    /// Of a number of at least 1, rounded down.
    private func log10(_ number: Double) -> Double {
        var (digits, rest) = (0.0, number)
        while rest >= 10 { (digits, rest) = (digits + 1, rest / 10) }
        return digits
    }
}

extension Trial {
    /// What a single kind of tensor may take: 2⁵⁷ bytes, 128 PiB, so that sums of all of them, in the allocator's size classes,
    /// are integers. No machine has as many.
    package static let mostBytes = 0x1p57

    /// The largest of the products that sizes are made of, where it is beyond counting; nil where all bytes can be counted.
    ///
    /// Nothing that is counted here may itself overflow: dimensions are in their ranges, and products are of Doubles.
    var uncountable: SizeProduct? {
        let shape = shape
        let (bytes, lanes) = (("", precision.bytes), ("layers", layers * shape.directions))
        let widest = max(hidden, shape.stateWidth)
        let recordParts = shape.recordParts + (cell.kind.projects ? 1 : 0)
        func each(_ what: String, of steps: Int, _ parts: Int) -> SizeProduct {
            SizeProduct(what, [("", steps), lanes, ("", parts), ("batch", batch), ("hidden", widest), bytes])
        }
        var products: [SizeProduct] = []
        if inputs == .resident {
            products.append(
                SizeProduct("the inputs", [("length", length), ("batch", batch), ("input", input), bytes]))
        }
        if bidirectional {
            products.append(
                SizeProduct(
                    "what the layers give to one another",
                    [("length", length), ("", 2 * (layers + 1)), ("batch", batch), ("hidden", shape.stateWidth), bytes])
            )
        }
        if let alignment = shape.alignment {
            products.append(
                SizeProduct(
                    "CTC's forward variables",
                    [("", alignment.steps), ("batch", batch), ("", alignment.positions), bytes]))
        }
        if shape.weightReplicas > 1 {
            let width = max(input, shape.features) + Shape.padded(hidden)
            products.append(
                SizeProduct(
                    "the copies of the weights",
                    [
                        ("length", shape.weightReplicas), lanes, ("", cell.gates), ("hidden", Shape.padded(hidden)),
                        ("", width), bytes,
                    ]))
        }
        if strategy.sensitivities != nil {
            products.append(
                SizeProduct(
                    "the influence of the parameters on the state",
                    [
                        ("batch", batch), lanes, ("layers", layers), ("", cell.stateParts), ("hidden", hidden),
                        ("", cell.adjointParts - cell.unitsParts), ("hidden", hidden),
                        ("", Shape.padded(hidden) + max(input, shape.features) + 1), bytes,
                    ]))
        }
        // A budget of bytes is counted.
        if !strategy.traits.contains(.keepsToBytes) {
            var (records, states) = (length, length)
            let all = [each("", of: length, recordParts), each("", of: length, cell.stateParts)]
            if all.contains(where: { $0.bytes >= Trial.mostBytes }) {
                let schedule = schedule
                (records, states) = (schedule.records, min(schedule.slots, length))
            }
            products.append(each("the records", of: records, recordParts))
            products.append(each("the saved states", of: states, cell.stateParts))
        }
        return products.filter { $0.bytes >= Trial.mostBytes }.max { $0.bytes < $1.bytes }
    }
}
