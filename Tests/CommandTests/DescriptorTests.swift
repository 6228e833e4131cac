import Foundation
import Testing

/// Few files that a process may open, and a home where nothing can be kept.
struct DescriptorTests {
    @Test("Commands that start others say what they lack; none crashes", arguments: [4, 6, 9, 12, 16, 24])
    func few(number: Int) throws {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        let train = "train --strategy full --task adding --updates 1 --length 4 --hidden 4"
        for command in [
            "run tiny.yaml", "measure --strategy full --length 4 --hidden 4", "doctor", "benchmark", train,
            "\(train) --output c.csv --checkpoint c.st",
        ] {
            let ending = try scratch.run(
                "/bin/sh", ["-c", "ulimit -n \(number); exec \"$0\" \(command)", Program.unroll.path])
            expect(
                ending,
                Ending(
                    69,
                    complaint:
                        "unroll: this process may not open 32 more files, which starting others takes; raise the limit: ulimit -n 256\n"
                ))
        }
        #expect(scratch.contents == ["tiny.yaml"])
        // What starts no other needs none.
        let drawn = try scratch.run(
            "/bin/sh",
            ["-c", "ulimit -n \(number); exec \"$0\" schedule --strategy full --length 4", Program.unroll.path])
        #expect(drawn.code == 0)
    }
}
