import Foundation
import Testing

/// File systems that lack a call, stood in for by a library that refuses it.
struct FileSystemTests {
    /// `LACKING=flock=95,link=1` refuses these calls with these errors; `fsync` of directories alone.
    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/stat.h>

        static int refused(const char *call) {
            const char *text = getenv("LACKING");
            const char *found = text ? strstr(text, call) : 0;
            return found && found[strlen(call)] == '=' ? atoi(found + strlen(call) + 1) : 0;
        }
        #define REFUSE(call) do { int number = refused(call); if (number) { errno = number; return -1; } } while (0)

        int flock(int file, int operation) {
            REFUSE("flock");
            return ((int (*)(int, int))dlsym(RTLD_NEXT, "flock"))(file, operation);
        }
        int link(const char *from, const char *to) {
            REFUSE("link");
            return ((int (*)(const char *, const char *))dlsym(RTLD_NEXT, "link"))(from, to);
        }
        int fsync(int file) {
            struct stat status;
            if (fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) REFUSE("fsync");
            if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) REFUSE("filesync");
            return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(file);
        }
        int fchmod(int file, mode_t mode) {
            REFUSE("fchmod");
            return ((int (*)(int, mode_t))dlsym(RTLD_NEXT, "fchmod"))(file, mode);
        }

        """

    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.write(FileSystemTests.source, to: ".harness-lacking.c")
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        let made = try scratch.run(
            "/usr/bin/env", ["cc", "-shared", "-fPIC", "-o", ".harness-lacking.so", ".harness-lacking.c", "-ldl"])
        try #require(made == Ending(0), "\(made)")
    }

    private func words(_ lacking: String, _ words: [String]) -> [String] {
        ["LD_PRELOAD=\(scratch.path)/.harness-lacking.so", "LACKING=\(lacking)", Program.unroll.path] + words
    }

    private func unroll(lacking: String, _ words: String...) throws -> Ending {
        try scratch.run("/usr/bin/env", self.words(lacking, words))
    }

    private static let run = ["run", "tiny.yaml", "--only", "cell=elman"]

    @Test("No locks: one warning, and it works", arguments: [EOPNOTSUPP, ENOLCK, ENOSYS, EINVAL, EIO, EPERM])
    func locks(number: Int32) throws {
        let reason = String(cString: strerror(number))
        let file = "results/tiny/measurements.csv"
        let warning = "unroll: \(file): this file system has no locks (\(reason)); \(file).lock stands for one\n"
        let first = try unroll(lacking: "flock=\(number)", "run", "tiny.yaml", "--only", "cell=elman")
        expect(
            first.withoutAnswers,
            Ending(
                0, complaint: "tiny: 4 trials measured, in results/tiny; next: unroll compare results/tiny\n" + warning)
        )
        #expect(try scratch.read(file).split(separator: "\n").count == 9)
        // It goes on, and leaves no lock.
        let second = try unroll(lacking: "flock=\(number)", "run", "tiny.yaml", "--quiet")
        expect(second, Ending(0))
        #expect(try scratch.read(file).split(separator: "\n").count == 17)
        #expect(!scratch.exists(file + ".lock"))
        try expect(unroll(lacking: "flock=\(number)", "merge", "results", "--quiet"), Ending(0))
    }

    @Test("EWOULDBLOCK, and it alone, is another run")
    func heldLock() throws {
        try expect(
            unroll(lacking: "flock=\(EWOULDBLOCK)", "run", "tiny.yaml"),
            Ending(
                74,
                complaint:
                    "unroll: results/tiny/measurements.csv: another run is writing here; wait for it or give another --results\n"
            ))
    }

    @Test("Without locks too a second run is refused, and one that was killed is not waited for")
    func twoRuns() throws {
        try scratch.write(
            FileErrorTests.tiny.replacingOccurrences(of: "[6, 9]", with: "2000")
                .replacingOccurrences(of: "hidden: 5", with: "hidden: 64")
                .replacingOccurrences(of: "repetitions: 2", with: "repetitions: 1000"), to: "long.yaml")
        let lock = "results/tiny/measurements.csv.lock"
        let first = try scratch.start("/usr/bin/env", words("flock=95", ["run", "long.yaml"]))
        while first.isRunning, !scratch.exists(lock) { usleep(1000) }
        usleep(20_000)
        let host = ProcessInfo.processInfo.hostName
        try expect(
            unroll(lacking: "flock=95", "run", "tiny.yaml"),
            Ending(
                74,
                complaint:
                    "unroll: results/tiny/measurements.csv: another run is writing here, process \(first.identifier) on \(host); "
                    + "wait for it or give another --results. Where that has ended, remove \(lock)\n"))
        first.signal(SIGKILL)
        _ = try first.wait()
        #expect(scratch.exists(lock))
        #expect(try unroll(lacking: "flock=95", "run", "tiny.yaml", "--quiet").code == 0)
        #expect(!scratch.exists(lock))
    }

    @Test("No second names: the old rows are kept as a copy", arguments: [EPERM, EOPNOTSUPP, ENOSYS, EMLINK])
    func links(number: Int32) throws {
        #expect(try scratch.unroll("run", "tiny.yaml", "--only", "cell=elman", "--quiet").code == 0)
        let old = try scratch.read("results/tiny/measurements.csv")
        for name in ["measurements.previous.csv", "measurements.2.previous.csv"] {
            let ending = try unroll(
                lacking: "link=\(number)", "run", "tiny.yaml", "--fresh", "--quiet", "--only", "length=6")
            expect(ending, Ending(0))
            #expect(scratch.exists("results/tiny/\(name)"))
        }
        #expect(try scratch.read("results/tiny/measurements.previous.csv") == old)
        #expect(!scratch.contents.contains { $0.hasSuffix(".new") })
    }

    @Test(
        "A directory that cannot be synced, a file that has no such call",
        arguments: [EINVAL, EBADF, ENOSYS, EROFS, EOPNOTSUPP])
    func sync(number: Int32) throws {
        try expect(unroll(lacking: "fsync=\(number),filesync=\(number)", "run", "tiny.yaml", "--quiet"), Ending(0))
        #expect(try scratch.read("results/tiny/measurements.csv").split(separator: "\n").count == 17)
    }

    @Test("What does not reach the disk is an error", arguments: [EIO, ENOSPC, EDQUOT])
    func disk(number: Int32) throws {
        let reason = String(cString: strerror(number))
        // The copy of the experiment is the first that is written, and there the second time.
        for (call, file, doing) in [("fsync", "experiment.yaml", "replace"), ("filesync", "measurements.csv", "write")]
        {
            try expect(
                unroll(lacking: "\(call)=\(number)", "run", "tiny.yaml", "--quiet"),
                Ending(74, complaint: "unroll: results/tiny/\(file): cannot \(doing) it: \(reason)\n"))
        }
    }

    @Test("No modes")
    func modes() throws {
        try scratch.write("old", to: "frame.svg")
        try expect(
            unroll(lacking: "fchmod=1", "diagram", "--strategy", "full", "--length", "3", "--output", "frame.svg"),
            Ending(0, output: "wrote frame.svg: full, T = 3, unrolled, after action 0 of 0 to 2\n"))
        #expect(try scratch.read("frame.svg").hasPrefix("<svg"))
    }
}
