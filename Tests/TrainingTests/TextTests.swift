import Glibc
import Kernels
import Noise
import Shapes
import Testing
import Training
import Trials

extension TrainingTests {
    /// Texts in UTF-8, against the standard library's reading of them.
    @Suite struct TextTests {
        private static let path = "/tmp/unroll-tests-\(getpid())-characters"

        private func write(_ bytes: some Collection<UInt8>) {
            let file = fopen(TextTests.path, "w")!
            _ = Array(bytes).withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
            fclose(file)
        }

        private func read() throws -> TextCharacters { try TextCharacters(TextBytes(TextTests.path)) }

        /// The characters' numbers, by sorting.
        private func numbers(_ text: String) -> [Int] {
            let alphabet = Set(text.unicodeScalars).sorted()
            return text.unicodeScalars.map { alphabet.firstIndex(of: $0)! }
        }

        /// Characters of one length after the other and of all lengths mixed, around the places that are noted and far from
        /// them; the ends of every length's range.
        @Test(arguments: [
            ["a"], ["ä"], ["漢"], ["🙂"], ["a", "ä", "漢", "🙂"], ["🙂", "a"], ["\r", "\n", "e\u{301}"],
            ["\u{0}", "\u{7F}", "\u{80}", "\u{7FF}"],
            ["\u{800}", "\u{D7FF}", "\u{E000}", "\u{FEFF}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}"],
        ])
        func everyCharacterIsFound(alphabet: [String]) throws {
            defer { unlink(TextTests.path) }
            for count in [1, 2, 7, 8, 9, 255, 256, 257, 511, 512, 513, 1500] {
                let text = (0..<count).map { place in
                    alphabet[Int(noiseKey(7, UInt64(count), UInt64(place)) % UInt64(alphabet.count))]
                }.joined()
                write(text.utf8)
                let (characters, expected) = (try read(), numbers(text))
                #expect(characters.count == expected.count)
                #expect(characters.alphabet == Set(expected).count)
                #expect((0..<characters.count).map { characters[$0] } == expected)
            }
        }

        /// Windows cut where their characters end, whatever their bytes; each stream in its own part, from update to update.
        @Test func streamsOfCharacters() throws {
            defer { unlink(TextTests.path) }
            let alphabet = ["a", "b", "ä", "漢", "🙂"]
            let text = (0..<200).map { (place: Int) -> String in
                let letter = place * place + place / 3
                return alphabet[letter % 5]
            }.joined()
            write(text.utf8)
            let expected = numbers(text)
            let trial = try Trial(
                cell: .elman, input: 5, hidden: 4, batch: 3, length: 17,
                task: .text(file: TextTests.path, encoding: .utf8))
            #expect(trial.shape.outputs == 5)
            // 66 characters each: three updates of 17 and the character after.
            for update in 0..<7 {
                let source = try Source<Float>(trial, update: update)
                for step in 0..<17 {
                    var (input, target) = (Array(repeating: Float(7), count: 15), Array(repeating: Float(7), count: 3))
                    input.withUnsafeMutableBufferPointer {
                        source.input(at: step, into: Matrix($0.baseAddress!, rows: 3, columns: 5))
                    }
                    target.withUnsafeMutableBufferPointer { source.target(at: step, into: $0.baseAddress!) }
                    for sequence in 0..<3 {
                        let place = sequence * 66 + update % 3 * 17 + step
                        let row = (0..<5).map { Float($0 == expected[place] ? 1 : 0) }
                        #expect(Array(input[sequence * 5..<sequence * 5 + 5]) == row)
                        #expect(target[sequence] == Float(expected[place + 1]))
                    }
                }
            }
        }

        /// In ASCII a character is a byte by another number.
        @Test func asciiIsBytes() throws {
            defer { unlink(TextTests.path) }
            let text = (0..<2000).map { UInt8(truncatingIfNeeded: $0 * $0 / 3 % 97 + 31) }
            write(text)
            let (bytes, characters) = (try TextBytes(TextTests.path), try read())
            let alphabet = Set(text).sorted()
            #expect(bytes.count == characters.count && characters.alphabet == alphabet.count)
            #expect((0..<2000).allSatisfy { bytes[$0] == alphabet[characters[$0]] })
        }

        /// What is UTF-8 and what is not, and from where on, is what the standard library says: all sequences up to three bytes
        /// of those around the borders of every range, and four that begin as four do.
        @Test func whatIsNotUTF8() throws {
            defer { unlink(TextTests.path) }
            let borders: [UInt8] = [
                0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
                0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
            ]
            let (ends, seconds): ([UInt8], [UInt8]) = ([0x7F, 0x80, 0xBF, 0xC0], [0x7F, 0x80, 0x8F, 0x90, 0xBF, 0xC0])
            var sequences = borders.map { [$0] }
            sequences += borders.flatMap { a in borders.map { [a, $0] } }
            sequences += borders.flatMap { a in borders.flatMap { b in borders.map { [a, b, $0] } } }
            for first in [0xF0, 0xF1, 0xF3, 0xF4, 0xF5] as [UInt8] {
                for second in seconds { for third in ends { sequences += ends.map { [first, second, third, $0] } } }
            }
            var valid = 0
            for sequence in sequences {
                write(sequence)
                let offset = firstOffence(sequence)
                #expect((String(validating: sequence, as: UTF8.self) == nil) == (offset != nil))
                do throws(TaskDataError) {
                    let bytes = try TextBytes(TextTests.path)
                    let characters = try TextCharacters(bytes)
                    #expect(offset == nil, "\(sequence)")
                    #expect(characters.count == String(decoding: sequence, as: UTF8.self).unicodeScalars.count)
                    valid += 1
                } catch {
                    let found = "no character begins at byte \(offset ?? -1), counted from 0"
                    #expect(error.description.contains(found), "\(sequence)")
                }
            }
            #expect(valid > 100 && valid < sequences.count - 1000)
        }

        /// Where what is no character begins, by the standard library's parser.
        private func firstOffence(_ bytes: [UInt8]) -> Int? {
            var (parser, rest, place) = (Unicode.UTF8.ForwardParser(), bytes.makeIterator(), 0)
            while true {
                switch parser.parseScalar(from: &rest) {
                case .valid(let character): place += character.count
                case .emptyInput: return nil
                case .error: return place
                }
            }
        }
    }
}
