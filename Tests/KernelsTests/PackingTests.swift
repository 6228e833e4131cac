import Foundation
import Kernels
import Noise
import Testing
import Vectors

/// Numbers in fewer bits against a scalar reference of each format.
@Suite struct PackingTests {
    private static let formats = RecordFormat.allCases.filter { $0 != .native }
    /// Runs that fill no vector, no group, a group and more.
    private static let counts = [1, 2, 15, 16, 17, 100, 127, 128, 129, 300]

    /// The greatest code of even steps; nil of formats that are floats.
    private func greatestCode(_ format: RecordFormat) -> Float? {
        switch format {
        case .native, .bfloat16, .float16: nil
        case .int8: 255
        case .int4: 15
        case .int2: 3
        }
    }

    private func numbers(_ count: Int, key: UInt64 = 1) -> [Float] {
        var values = Array(repeating: Float(0), count: count)
        Float.fillNoise(&values, count: count, key: key)
        return values.enumerated().map { $0.element * Float($0.offset % 5 + 1) }
    }

    private func unpacked<S: Scalar>(_ values: [S], as format: RecordFormat, key: UInt64? = nil, place: Int = 0) -> [S]
    {
        let size = format.bytes(of: values.count)!
        // What is after the run's own bytes stays as it was.
        var packed = Array(repeating: UInt8(0xa5), count: size + 64)
        var result = values
        packed.withUnsafeMutableBytes { packed in
            S.pack(values, NumberRuns(of: values.count), as: format, to: packed.baseAddress!, key: key, place: place)
            result.withUnsafeMutableBufferPointer {
                S.unpack(packed.baseAddress!, NumberRuns(of: values.count), as: format, to: $0.baseAddress!)
            }
        }
        #expect(packed[size...].allSatisfy { $0 == 0xa5 })
        return result
    }

    /// The nearest number of a format, one at a time.
    private func reference(_ values: [Float], as format: RecordFormat) -> [Float] {
        switch format {
        case .native: return values
        case .bfloat16:
            return values.map { value in
                let bits = value.bitPattern
                let low = Float(bitPattern: bits & 0xffff_0000)
                let high = Float(bitPattern: (bits & 0xffff_0000) &+ 0x1_0000)
                let (down, up) = (abs(Double(value) - Double(low)), abs(Double(value) - Double(high)))
                if down == up { return bits & 0x1_0000 == 0 ? low : high }
                return down < up ? low : high
            }
        case .float16: return values.map { Float(Float16($0)) }
        case .int8, .int4, .int2:
            let most = greatestCode(format)!
            return stride(from: 0, to: values.count, by: RecordFormat.group).flatMap { first in
                let group = values[first..<min(first + RecordFormat.group, values.count)]
                let (least, greatest) = (group.min()!, group.max()!)
                let step = (greatest - least) / most
                return group.map { least + (step > 0 ? (($0 - least) / step).rounded() : 0) * step }
            }
        }
    }

    @Test(arguments: formats, counts) func nearest(format: RecordFormat, count: Int) {
        let values = numbers(count)
        let (found, expected) = (unpacked(values, as: format), reference(values, as: format))
        // A code is rounded from a product with the step's inverse: where it lies between two it may be either.
        let widest = greatestCode(format).map { 10 / $0 }
        for (place, value) in values.enumerated() {
            if let step = widest {
                #expect(abs(found[place] - value) <= 0.5001 * step)
                let isBetween = abs(abs(expected[place] - value) / step - 0.5) < 1e-3
                #expect(abs(found[place] - expected[place]) <= 1e-6 || isBetween)
            } else {
                #expect(found[place] == expected[place])
            }
        }
        // Doubles go through Floats.
        #expect(unpacked(values.map(Double.init), as: format) == found.map(Double.init))
    }

    @Test func bytes() {
        #expect(PackingTests.formats.map { $0.bytes(of: 100)! } == [200, 200, 108, 58, 33])
        #expect(PackingTests.formats.map { $0.bytes(of: 129)! } == [258, 258, 145, 81, 49])
        #expect(RecordFormat.native.bytes(of: 100) == nil)
        for format in PackingTests.formats { #expect(format.bytes(of: 0) == 0) }
    }

    /// Each lies between its neighbours, and 4,000 keys give a mean within 4 standard errors of the number, of 130 numbers none
    /// beyond; the chance depends on the place alone and not on where a run begins.
    @Test(arguments: formats) func stochastic(format: RecordFormat) {
        let values = numbers(130) + [0x1p-15, -0x1p-16 * 1.3, 3e-8, 0]
        let keys = 4000
        var (sums, squares) = (values.map { _ in 0.0 }, values.map { _ in 0.0 })
        for key in 0..<keys {
            for (place, found) in unpacked(values, as: format, key: noiseKey(UInt64(key))).enumerated() {
                let error = Double(found) - Double(values[place])
                sums[place] += error
                squares[place] += error * error
            }
        }
        for place in values.indices {
            let mean = sums[place] / Double(keys)
            let deviation = (squares[place] / Double(keys) / Double(keys)).squareRoot()
            // Codes are made in Float.
            #expect(abs(mean) <= 4 * deviation + 1e-6 * abs(Double(values[place])) + 1e-12, "\(place) \(values[place])")
        }
        #expect(squares.contains { $0 > 0 })
        let again = unpacked(Array(values[16...]), as: format, key: 7, place: 16)
        if format == .bfloat16 || format == .float16 {
            #expect(again == Array(unpacked(values, as: format, key: 7)[16...]))
        }
        #expect(unpacked(values, as: format, key: 7) != unpacked(values, as: format, key: 8))
    }

    /// Equal values, and the largest and smallest there are, come back; what is not finite does not come back as if it were.
    @Test(arguments: formats) func extremes(format: RecordFormat) {
        for key in [nil, UInt64(3)] {
            for value in [Float(0.5), 0] {
                let values = Array(repeating: value, count: 20)
                #expect(unpacked(values, as: format, key: key) == values)
            }
            for value in [Float.nan, .infinity, -.infinity] {
                var values = numbers(20)
                values[7] = value
                #expect(!unpacked(values, as: format, key: key)[7].isFinite)
            }
        }
        let tiny = unpacked([Float.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude * 4096], as: format)
        #expect(tiny.allSatisfy { $0.isFinite && abs($0) < 1e-30 })
    }
}
