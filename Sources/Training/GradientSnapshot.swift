import Files
package import Kernels
package import Networks

/// A copy of a gradient, to compare another with.
package struct GradientSnapshot<S: Scalar>: Sendable {
    private let gradient: [S]

    /// Copies the network's present gradient.
    package init(of network: Network<S>) {
        gradient = network.parameters.flatMap { UnsafeBufferPointer(start: $0.gradient, count: $0.count) }
    }

    /// How far the copy, g, is from the network's present one, g*.
    ///
    package func comparedTo(_ network: Network<S>) -> GradientDistance {
        GradientDistance(sums: sums(network).reduce(SIMD4(), +))
    }

    /// The same of each parameter on its own, in the network's order.
    package func byParameter(comparedTo network: Network<S>) -> [GradientDistance] {
        sums(network).map(GradientDistance.init(sums:))
    }

    private func sums(_ network: Network<S>) -> [SIMD4<Double>] {
        var offset = 0
        return gradient.withUnsafeBufferPointer { gradient in
            network.parameters.map { parameter in
                defer { offset += parameter.count }
                return Self.sums(parameter.count, gradient.baseAddress! + offset, parameter.gradient)
            }
        }
    }

    /// Of ``GradientDistance/terms(_:_:)``.
    @specialized(where S == Float)
    @specialized(where S == Double)
    private static func sums(
        _ count: Int, _ gradient: UnsafePointer<S>, _ reference: UnsafeMutablePointer<S>
    ) -> SIMD4<Double> {
        var sums = SIMD4<Double>()
        for index in 0..<count {
            sums += GradientDistance.terms(Double(gradient[index]), Double(reference[index]))
        }
        return sums
    }

    /// Whether every bit is the same.
    package func isIdentical(to network: Network<S>) -> Bool {
        let present = GradientSnapshot(of: network).gradient
        return present.count == gradient.count && zip(present, gradient).allSatisfy { $0 == $1 && $0.sign == $1.sign }
    }
}

extension GradientSnapshot {
    /// Writes a line for each parameter as CSV: how far the copied gradient is from the network's present one.
    ///
    /// - Parameter isReference: whether the present one is worth comparing with; if not, fields are empty.
    /// - Throws: ``ExportError``.
    func write(comparedTo network: Network<S>, isReference: Bool, to path: String) throws(ExportError) {
        let distances = byParameter(comparedTo: network)
        try writeFile(path) { output throws(FileError) in
            func line(_ fields: [String]) throws(FileError) { try output.write(CSV.line(fields)) }
            try line(["parameter", "elements", "gradient_relative_error", "gradient_cosine"])
            for (parameter, distance) in zip(network.parameters, distances) {
                let figures = isReference ? [distance.relativeError, distance.cosine] : [nil, nil]
                try line(
                    [parameter.name, String(parameter.shape.reduce(1, *))] + figures.map { $0.map { String($0) } ?? "" }
                )
            }
        }
    }
}
