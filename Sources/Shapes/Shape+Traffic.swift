/// What a training step of full unrolling does for each time step, and what it goes over in memory for that, product by product.
package struct Traffic: Hashable, Sendable {
    /// Products of one kind, or what is done without any.
    package struct Part: Hashable, Sendable {
        /// Floating-point operations.
        package var operations = 0
        /// Bytes read and written, of all threads.
        package var bytes = 0.0
    }

    /// Products with U and P, forward and back.
    package let recurrent: Part
    /// With W forward, and back above the first layer.
    package let input: Part
    /// Weight gradients, of which each element is read and written.
    package let gradients: Part
    /// Of the head, whose weights are few.
    package let head: Part
    /// Written forward and read back.
    package let records: Part

    package var parts: [Part] { [recurrent, input, gradients, head, records] }
    package var operations: Int { parts.reduce(0) { $0 + $1.operations } }
    package var bytes: Double { parts.reduce(0) { $0 + $1.bytes } }
    /// FLOP a byte.
    package var intensity: Double { Double(operations) / bytes }
}

extension Shape {
    /// Rows of a batch that each of several threads should have, two tiles of a product: with eight, reading all weights took 4 to 7 %
    /// more from H 256 on.
    private static let leastRows = 12

    /// Whether this number of threads share a batch's rows, of which each goes over all weights; else they share hidden units, each with its
    /// own part of the weights.
    package func sharesRows(among threads: Int) -> Bool { batch >= Shape.leastRows * threads }

    /// Operations and bytes of a time step, forward and back, by full unrolling on some threads.
    ///
    /// Of each layer and direction, with c steps a ``chunk`` and k steps a ``block``:
    ///
    /// - weights: U forward and Uᵀ back, and so P and Pᵀ; W once a chunk forward, and Wᵀ once a block above the first layer. Threads
    ///   that share rows go over all of them each, n times as much: (2·R + W/c + Wᵀ/k)·n with R = U + P.
    /// - gradients: those of W, U and P once a block, read and written, 2·(W + R)/k. Each thread has its own units of them.
    /// - records: written forward, and read once back.
    ///
    /// What stays in the nearest cache anyway is left out: inputs, states and adjoints of a block, biases, and the head's weights. The
    /// formula is that of the plain variant, with numbers and records as they are.
    package func traffic(threads: Int) -> Traffic {
        precondition(
            variant == .plain && !multipliesPairs && !packsRecords, "a step of another kind goes over other bytes")
        let (chunk, block) = (Double(chunk), Double(block))
        let copies = Double(sharesRows(among: threads) ? threads : 1)
        var (recurrent, input, gradients) = (Traffic.Part(), Traffic.Part(), Traffic.Part())
        for layer in (0..<directions).flatMap({ _ in 0..<layers }) {
            let (w, r) = (Double(inputBytes(layer: layer)), Double(recurrentBytes(layer: layer)))
            let (inputFlops, recurrentFlops) = (inputFlops(layer: layer), hiddenFlops + projectionFlops)
            recurrent.operations += 2 * recurrentFlops
            recurrent.bytes += 2 * r * copies
            input.operations += inputFlops * (layer > 0 ? 2 : 1)
            input.bytes += (w / chunk + (layer > 0 ? w / block : 0)) * copies
            gradients.operations += inputFlops + recurrentFlops
            gradients.bytes += 2 * (w + r) / block
        }
        return Traffic(
            recurrent: recurrent, input: input, gradients: gradients, head: Traffic.Part(operations: headFlops),
            records: Traffic.Part(bytes: Double(2 * layers * directions * recordElements * precision.bytes)))
    }

    /// Bytes of weights that some of the threads, those that share a cache, go over at every step of a pass: U and P of the layers that go
    /// through the steps together, or the threads' own units of them. What fits a cache is found there again.
    ///
    /// - Parameters:
    ///   - sharing: how many they are.
    ///   - threads: of all.
    package func rereadBytes(by sharing: Int, of threads: Int) -> Int {
        let all = (0..<depth).reduce(0) { $0 + recurrentBytes(layer: $1) }
        return sharesRows(among: threads) ? all : all * sharing / threads
    }

    private func bytes(_ use: CellParameter.Use, layer: Int) -> Int {
        cell.parameters.filter { $0.use == use }.reduce(0) { $0 + elements(of: $1, layer: layer) } * precision.bytes
    }
    private func inputBytes(layer: Int) -> Int { bytes(.inputMatrix, layer: layer) }
    private func recurrentBytes(layer: Int) -> Int {
        bytes(.hiddenMatrix, layer: layer) + bytes(.projection, layer: layer)
    }
}
