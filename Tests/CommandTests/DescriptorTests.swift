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
            // With one file left not even the pipe is there that interrupts come through.
            let lacking =
                number == 4 && (command.hasPrefix("measure") || command.hasPrefix("benchmark"))
                ? "cannot start a pipe: Too many open files; allowed: 4 open files (RLIMIT_NOFILE, ulimit -n)"
                : "this process may not open 32 more files, which starting others takes; raise the limit: ulimit -n 256"
            expect(ending, Ending(69, complaint: "unroll: \(lacking)\n"))
        }
        #expect(scratch.contents == ["tiny.yaml"])
        // What starts no other needs none.
        let drawn = try scratch.run(
            "/bin/sh",
            ["-c", "ulimit -n \(number); exec \"$0\" schedule --strategy full --length 4", Program.unroll.path])
        #expect(drawn.code == 0)
    }
}
