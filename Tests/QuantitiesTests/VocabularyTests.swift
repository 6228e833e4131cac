import Quantities
import Testing

/// Reading `word:parameter=value,…`.
struct VocabularyTests {
    private static let vocabulary = Vocabulary(
        "strategy",
        [
            Signature("full", aliases: ["bptt"], about: "everything"),
            Signature(
                "truncated",
                [
                    TextParameter("window", .whole(1...100)),
                    TextParameter("stride", .whole(1...100), isRequired: false),
                ],
                aliases: ["tbptt", "cut"], about: "a window"),
            Signature("mixed", [TextParameter("memory", .bytes(1...1 << 52), example: "64MiB")], about: "a budget"),
            Signature(
                "orthogonal", [TextParameter("scale", .number(atMost: 2), isBare: true, example: "0.9")], about: "turns"
            ),
            Signature(
                "text",
                [
                    TextParameter("file", .path, example: "input.txt"),
                    TextParameter("encoding", .words(["bytes", "utf8"]), isRequired: false),
                    TextParameter("loop", .flag, isRequired: false),
                ], about: "a file"),
        ])

    @Test func reads() throws {
        let vocabulary = VocabularyTests.vocabulary
        #expect(try vocabulary.read("full").index == 0)
        let (index, window) = try vocabulary.read("truncated:window=8,stride=3")
        #expect(index == 1 && window.whole("window") == 8 && window.whole("stride") == 3)
        #expect(try vocabulary.read("truncated:window=8").arguments.whole("stride") == nil)
        #expect(try vocabulary.read("mixed:memory=2KiB").arguments.whole("memory") == 2048)
        #expect(try vocabulary.read("orthogonal:0.9").arguments.number("scale") == 0.9)
        #expect(try vocabulary.read("text:file=a,loop=true").arguments.flag("loop") == true)
    }

    @Test(
        "A path takes commas, colons and what looks like a parameter, but not the others at the very end",
        arguments: [
            ("file=a", "a", nil), ("file=a,b:c=d", "a,b:c=d", nil), ("file=a,encoding=utf8", "a", "utf8"),
            ("file=a,encoding=utf8,b", "a,encoding=utf8,b", nil),
            ("file=a,encoding=utf8,encoding=bytes", "a,encoding=utf8", "bytes"),
            ("file=a,loop=true,encoding=utf8", "a", "utf8"), ("file=a,encoding=utf8,loop=false", "a", "utf8"),
        ] as [(String, String, String?)])
    func paths(text: String, file: String, encoding: String?) throws {
        let arguments = try VocabularyTests.vocabulary.read("text:" + text).arguments
        #expect(arguments.text("file") == file)
        #expect(arguments.text("encoding") == encoding)
    }

    @Test(
        "An error says what was found, the nearest word, and what is allowed",
        arguments: [
            (
                "trunkated",
                "unknown strategy 'trunkated' (nearest: 'truncated'); allowed: full, truncated, mixed, orthogonal, text"
            ),
            ("", "unknown strategy ''; allowed: full, truncated, mixed, orthogonal, text"),
            ("magic", "unknown strategy 'magic'; allowed: full, truncated, mixed, orthogonal, text"),
            ("full:", "strategy 'full' has ':' and nothing after it; allowed: no parameters"),
            ("full:window=8", "strategy 'full' has 'window'; allowed: no parameters"),
            (
                "truncated",
                "strategy 'truncated' has no 'window'; allowed: truncated:window=…, such as truncated:window=8"
            ),
            ("truncated:", "strategy 'truncated' has an empty parameter; allowed: window, stride"),
            ("truncated:windwo=8", "strategy 'truncated' has 'windwo' (nearest: 'window'); allowed: window, stride"),
            ("truncated:window=8,window=9", "strategy 'truncated' has 'window' twice; allowed: each parameter once"),
            ("truncated:window=0", "strategy 'truncated': 'window' is '0'; allowed: a whole number from 1 to 100"),
            ("truncated:window", "strategy 'truncated': 'window' is ''; allowed: a whole number from 1 to 100"),
            (
                "mixed:memory=0",
                "strategy 'mixed': 'memory' is '0'; allowed: a number of bytes such as 512MiB, 8G, 2GB or 1048576, more than 0"
            ),
            ("orthogonal", "strategy 'orthogonal' has no 'scale'; allowed: orthogonal:SCALE, such as orthogonal:0.9"),
            ("orthogonal:3", "strategy 'orthogonal': 'scale' is '3'; allowed: a number above 0, at most 2.0"),
            (
                "text:file=a\u{1}",
                "strategy 'text': 'file' is 'a\u{1}'; allowed: the path of a file, without control characters"
            ),
            ("text:file=a,encoding=utf16", "strategy 'text': 'encoding' is 'utf16'; allowed: bytes, utf8"),
        ])
    func errors(text: String, message: String) {
        #expect {
            try VocabularyTests.vocabulary.read(text)
        } throws: {
            "\($0)" == message
        }
    }

    @Test(
        "A word is read in capitals and by its other names",
        arguments: [
            ("FULL", 0), ("bptt", 0), ("BPTT", 0), ("Tbptt:window=3", 1), ("cut:window=3", 1), ("Mixed:memory=1", 2),
        ])
    func aliases(text: String, index: Int) throws {
        #expect(try VocabularyTests.vocabulary.read(text).index == index)
    }

    @Test("What is nearest may be another name; what is allowed are the words")
    func nearestAlias() {
        let error = #expect(throws: ParameterError.self) { try VocabularyTests.vocabulary.index(of: "tbtpt") }
        #expect(
            error?.description
                == "unknown strategy 'tbtpt' (nearest: 'tbptt'); allowed: full, truncated, mixed, orthogonal, text")
    }

    @Test func helpNamesThem() {
        #expect(
            VocabularyTests.vocabulary.signatures[1].helpLine
                == "truncated:window=N,[stride=N]: a window; also called tbptt, cut")
        #expect(VocabularyTests.vocabulary.signatures[2].helpLine == "mixed:memory=BYTES: a budget")
    }

    @Test func spellings() {
        #expect(
            VocabularyTests.vocabulary.spellings == [
                "full", "truncated:window=N,[stride=N]", "mixed:memory=BYTES", "orthogonal:SCALE",
                "text:file=PATH,[encoding=bytes|utf8],[loop=true|false]",
            ])
    }

    /// An example of each says what it should.
    @Test func examples() throws {
        for signature in VocabularyTests.vocabulary.signatures {
            #expect(try VocabularyTests.vocabulary.read(signature.example).index >= 0)
        }
    }

    @Test(
        "The nearest word is at most a change for each three letters away",
        arguments: [
            ("binominal", "binomial"), ("FULL", "full"), ("ful", "full"), ("flul", "full"), ("fu", nil), ("segm", nil),
            ("segmetned", "segmented"), (String(repeating: "f", count: 100_000), nil),
        ] as [(String, String?)])
    func nearestWord(text: String, expected: String?) {
        #expect(nearest(to: text, of: ["full", "binomial", "segmented"]) == expected)
    }
}
