import Foundation
import Kernels
import Noise
import Schedules
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// Files of tensors from elsewhere: each is refused by a sentence with the tensor and its value, and nothing is computed from
    /// a number before it is known to be one of the file.
    @Suite struct SafetensorsTests {
        private static let path = NSTemporaryDirectory() + "unroll-\(UUID().uuidString).st"

        /// What a resume says of a file of this header and as many bytes after it.
        private func refusal(_ header: String, data: Int = 8, length: UInt64? = nil) throws -> String {
            var bytes = Data(withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Array($0) })
            bytes += Data(header.utf8) + Data(count: data)
            return try refusal(bytes)
        }

        private func refusal(_ bytes: Data) throws -> String {
            let path = "\(SafetensorsTests.path)\(bytes.hashValue)"
            try bytes.write(to: URL(fileURLWithPath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            let trial = try Trial(cell: .elman, input: 2, hidden: 3, batch: 1, length: 2, updates: 1)
            let trainer = try Trainer(try Session<Float>(trial, heaps: TrainingTests.heaps))
            let error = #expect(throws: CheckpointError.self) { try trainer.resume(from: path) }
            return (error?.description ?? "").replacingOccurrences(of: path, with: "FILE")
        }

        private static let start = "'FILE' is no safetensors file: "
        private static let foreign = "'FILE' is no checkpoint of a training; 'unroll train --checkpoint' writes them"

        private func tensor(_ name: String, _ offsets: String, shape: String = "[1]", type: String = "F32") -> String {
            "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
        }

        @Test func offsetsAndShapes() throws {
            let range = "; allowed: whole numbers from 0 to 1152921504606846976"
            for (offsets, shape, message) in [
                (
                    "[9223372036854775800,9223372036854775804]", "[1]",
                    "'data_offsets' has '9223372036854775800'" + range
                ),
                ("[0,9223372036854775807]", "[1]", "'data_offsets' has '9223372036854775807'" + range),
                ("[18446744073709551612,0]", "[1]", "'data_offsets' has '18446744073709551612'" + range),
                ("[-4,0]", "[1]", "'data_offsets' has '-4'" + range),
                ("[0.0,4]", "[1]", "'data_offsets' has '0.0'" + range),
                ("[0,4e0]", "[1]", "'data_offsets' has '4e0'" + range),
                ("[0,04]", "[1]", "'data_offsets' has '04'" + range),
                ("[0,\"4\"]", "[1]", "'data_offsets' has no number" + range),
                ("[0]", "[1]", "'data_offsets' is [0]; allowed: two numbers, the first not above the second"),
                ("[0,4,8]", "[1]", "'data_offsets' is [0, 4, 8]; allowed: two numbers, the first not above the second"),
                ("[4,0]", "[1]", "'data_offsets' is [4, 0]; allowed: two numbers, the first not above the second"),
                ("{\"a\":1}", "[1]", "its 'data_offsets' is no list"),
                ("[0,4]", "[9223372036854775807]", "'shape' has '9223372036854775807'" + range),
                ("[0,4]", "[-1]", "'shape' has '-1'" + range),
                (
                    "[0,4]", "[1152921504606846976,1152921504606846976]",
                    "'shape' is [1152921504606846976, 1152921504606846976], beyond counting"
                ),
                ("[0,4]", "[3]", "'data_offsets' is [0, 4], 4 bytes, and 'shape' is [3] of F32, 12 bytes"),
            ] {
                #expect(
                    try refusal("{\(tensor("a.b", offsets, shape: shape))}")
                        == SafetensorsTests.start + "tensor 'a.b': \(message)")
            }
            #expect(
                try refusal("{\(tensor("a", "[0,2]", type: "F16"))}")
                    == SafetensorsTests.start + "tensor 'a': it is of type 'F16'; allowed: F32, F64")
            #expect(try refusal("{\"a\":{}}") == SafetensorsTests.start + "tensor 'a': it has no 'dtype'")
            #expect(try refusal("{\"a\":7}") == SafetensorsTests.start + "'a' is no object in its header")
        }

        /// Every byte after the header is of one tensor.
        @Test func gapsAndOverlaps() throws {
            let a = tensor("a", "[0,4]")
            for (header, data, message) in [
                ("{\(a)}", 4, SafetensorsTests.foreign),
                ("{\(tensor("b", "[4,8]")),\(a)}", 8, SafetensorsTests.foreign),
                ("{\(tensor("c", "[0,0]", shape: "[0]")),\(a)}", 4, SafetensorsTests.foreign),
                ("{\(a)}", 8, SafetensorsTests.start + "its tensors end at 4, and 4 bytes follow, which are of none"),
                (
                    "{\(a),\(tensor("b", "[8,12]"))}", 12,
                    SafetensorsTests.start + "tensor 'b' begins at 8 and the one before ends at 4: a gap before it"
                ),
                (
                    "{\(tensor("b", "[4,8]"))}", 8,
                    SafetensorsTests.start + "tensor 'b' begins at 4 and the one before ends at 0: a gap before it"
                ),
                (
                    "{\(a),\(tensor("b", "[2,6]"))}", 6,
                    SafetensorsTests.start
                        + "tensor 'b' begins at 2 and the one before ends at 4: bytes that another has too"
                ),
                (
                    "{\(a),\(tensor("b", "[0,4]"))}", 4,
                    SafetensorsTests.start
                        + "tensor 'b' begins at 0 and the one before ends at 4: bytes that another has too"
                ),
                ("{\(tensor("a", "[0,1152921504606846976]", shape: "[288230376151711744]"))}", 4, "cut"),
                ("{\(a),\(tensor("b", "[4,8]"))}", 7, "cut"), ("{}", 0, SafetensorsTests.foreign),
            ] {
                let found = try refusal(header, data: data)
                #expect(
                    message == "cut" ? found.hasPrefix("'FILE' is cut short: it has ") : found == message, "\(header)")
            }
        }

        /// Lengths of the header up to the largest number that 8 bytes have.
        @Test(
            arguments: [.max, 1 << 63, (1 << 63) - 1, (1 << 63) - 8, 1 << 32, (16 << 20) + 1] as [UInt64])
        func headersTooLong(length: UInt64) throws {
            #expect(
                try refusal("{}", length: length)
                    == SafetensorsTests.start + "its header would have \(length) bytes; allowed: at most 16777216")
        }

        /// Depth, size and everything else that is no JSON of a header.
        @Test(arguments: [
            "[", "{", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":{\"a\":{\"a\":{\"a\":1}}}}",
            "{\"a\":[[[[1]]]]}", "{\"a\":" + String(repeating: "[", count: 100_000), "{}}", "{} 1", "{\"a\":1,\"a\":2}",
            "{\"a\\", "{\"a\\u12", "{\"a\\ud800\":1}", "{\"\u{1}\":1}", "{\"a\":nul}", "{'a':1}", "{\"a\":tru",
            "{\"a\":{\"b\":1,\"b\":1}}",
        ])
        func headersThatAreNone(header: String) throws {
            let found = try refusal(header)
            #expect(found.hasPrefix(SafetensorsTests.start + "its header is no JSON"), "\(header.prefix(40)): \(found)")
        }

        /// What JSON allows, others may write: spaces, escapes, pairs of surrogates.
        @Test func headersOfOthers() throws {
            let spaced =
                "{ \"__metadata__\" : { \"f\\u006f\" : \"\\ud83d\\ude00\\n\" } ,\n \"a\" : { \"shape\" : [ 1 , 1 ] , "
                + "\"data_offsets\" : [ 0 , 4 ] , \"dtype\" : \"F32\" } }  "
            #expect(try refusal(spaced, data: 4) == SafetensorsTests.foreign)
        }

        /// A header as long as any that is read is gone through in time.
        @Test func aHeaderOfManyMembers() throws {
            let members = (0..<200_000).map { "\"\($0)\":{}" }.joined(separator: ",")
            #expect(try refusal("{\(members)}") == SafetensorsTests.start + "tensor '0': it has no 'dtype'")
        }

        @Test(arguments: ["/dev/zero", "/tmp", "/dev/null"]) func whatIsNoFile(path: String) throws {
            let trial = try Trial(cell: .elman, input: 2, hidden: 3, batch: 1, length: 2, updates: 1)
            let trainer = try Trainer(try Session<Float>(trial, heaps: TrainingTests.heaps))
            let error = #expect(throws: CheckpointError.self) { try trainer.resume(from: path) }
            #expect(error?.description == "'\(path)' is not a regular file; a checkpoint is")
        }

        /// A checkpoint damaged anywhere is refused, or is one still; nothing ends the process.
        @Test func mutations() throws {
            let trial = try Trial(cell: .elman, input: 2, hidden: 3, batch: 1, length: 2, updates: 2)
            let trainer = try Trainer(try Session<Float>(trial, heaps: TrainingTests.heaps))
            _ = try trainer.update()
            let path = "\(SafetensorsTests.path)-mutations"
            defer { try? FileManager.default.removeItem(atPath: path) }
            try trainer.save(to: path)
            let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            let stumbles = ["9223372036854775807", "-1", "[", "{", "\"", "\\u", "]", "1e999", "0"]
            var refused = 0
            for number in 0..<1500 {
                var bytes = good
                func random(_ salt: UInt64, _ bound: Int) -> Int { Int(noiseKey(UInt64(number), salt) % UInt64(bound)) }
                let place = random(1, number % 3 == 0 ? 8 : bytes.count)
                switch random(2, 4) {
                case 0: bytes[place] ^= 1 << UInt8(random(3, 8))
                case 1: bytes[place] = UInt8(random(4, 256))
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + random(5, 30)))
                default: bytes.insert(contentsOf: stumbles[random(6, stumbles.count)].utf8, at: place)
                }
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                do throws(CheckpointError) { try trainer.resume(from: path) } catch {
                    refused += 1
                    #expect(error.description.contains(path) && !error.description.contains("\n"))
                }
            }
            #expect((100..<1500).contains(refused))
        }
    }

    /// What a resume takes and what it refuses.
    @Suite struct ResumeTests {
        private static let base: [Factor: String] = [
            .cell: "lstm", .input: "8", .hidden: "6", .batch: "4", .length: "12", .task: "adding", .updates: "3",
            .optimizer: "adam", .learningRate: "0.01", .clip: "1",
        ]
        /// Another value of every factor that may be chosen, for a network for which it is good.
        private static let others: [Factor: String] = [
            .cell: "gru", .layers: "2", .input: "9", .hidden: "7", .batch: "5", .length: "13",
            .strategy: "truncated:window=5", .task: "reber", .inputs: "resident", .inputProjection: "per_step",
            .bidirectional: "true", .recurrentWeights: "orthogonal:0.9", .scalar: "double",
            .threads: "2", .seed: "2", .updates: "4", .updateInterval: "stride", .optimizer: "momentum",
            .learningRate: "0.02", .clip: "2", .records: "int8", .rounding: "stochastic", .states: "bfloat16",
        ]
        private static let elsewhere: Set<Factor> = [.variant, .engine, .weights, .validation]
        private static let free: Set<Factor> = [
            .inputs, .inputProjection, .threads, .updates, .learningRate, .clip,
        ]

        /// Every factor, changed alone. No variant is trained and no other engine trains; contents of files are in ContentCommandTests.
        /// A file of weights, and the part of a file's sequences that is held out, are changed in WeightsCommandTests.
        @Test(arguments: Factor.allCases.filter { $0.isChosen && !elsewhere.contains($0) })
        func changedAlone(factor: Factor) throws {
            var texts = ResumeTests.base
            // What has strides is resumed from what has them too; what trains on a file, from another.
            if factor == .updateInterval { texts[.strategy] = "truncated:window=6" }
            // Native records are not rounded.
            if factor == .rounding { texts[.records] = "int8" }
            // Saved states are packed where there are any.
            if factor == .states { texts[.strategy] = "segmented:length=3" }
            let there = try Trial(texts)
            var changed = texts
            let other: String = try #require(ResumeTests.others[factor])
            changed[factor] = other
            let here = try Trial(changed)
            #expect(here[factor] != there[factor])
            let path = NSTemporaryDirectory() + "unroll-\(UUID().uuidString).st"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let begun = try Trainer(try Session<Float>(there, heaps: TrainingTests.heaps))
            for _ in 0..<2 { _ = try begun.update() }
            try begun.save(to: path)
            func resume<S: Scalar>(_: S.Type) throws {
                let resumed = try Trainer(try Session<S>(here, heaps: TrainingTests.heaps))
                guard !ResumeTests.free.contains(factor) else {
                    try resumed.resume(from: path)
                    #expect(resumed.curve.losses == begun.curve.losses)
                    let adjusted = [Factor.learningRate, .clip].contains(factor)
                    #expect(resumed.adjustments.map(\.before) == (adjusted ? [there[factor]] : []))
                    _ = try resumed.update()
                    return
                }
                let error = #expect(throws: CheckpointError.self) { try resumed.resume(from: path) }
                #expect(
                    error?.description
                        == "'\(path)' is of another training: '\(factor.rawValue)' is '\(there[factor])' there and "
                        + "'\(here[factor])' here")
            }
            if factor == .scalar { try resume(Double.self) } else { try resume(Float.self) }
        }

        /// The loss of the next update is the same, what it changes is another rate's.
        @Test func anotherRateActs() throws {
            let path = NSTemporaryDirectory() + "unroll-\(UUID().uuidString).st"
            defer { try? FileManager.default.removeItem(atPath: path) }
            func losses(rate: String?) throws -> [Double] {
                var texts = ResumeTests.base
                texts[.updates] = "6"
                let begun = try Trainer(try Session<Float>(Trial(texts), heaps: TrainingTests.heaps))
                for _ in 0..<3 { _ = try begun.update() }
                try begun.save(to: path)
                if let rate { texts[.learningRate] = rate }
                let resumed = try Trainer(try Session<Float>(Trial(texts), heaps: TrainingTests.heaps))
                try resumed.resume(from: path)
                for _ in 0..<3 { _ = try resumed.update() }
                return resumed.curve.losses
            }
            let (same, other) = (try losses(rate: nil), try losses(rate: "0.1"))
            #expect(same.prefix(4) == other.prefix(4) && same[4] != other[4])
        }
    }
}
