import Foundation
import Glibc
import TestThreads
import Testing

/// `--executor slurm` at sites whose commands say more, less or other than sbatch's `--parsable` number.
@Suite(.serialized, .onAThreadOfItsOwn) struct SlurmSiteTests {
    private func tiny() throws -> StandInSlurm {
        let scratch = try Scratch()
        try scratch.write(FileErrorTests.tiny, to: "tiny.yaml")
        return try StandInSlurm(scratch)
    }

    private static let job = "results/tiny/slurm.job"
    private static let joined = "tiny: 2 trials of 1 file joined, in results/tiny\n"
    private static let submitted = "tiny: job array 1, 1 shard of 1\n"

    @Test(
        "The job number is found between other words, and the array is submitted once",
        arguments: [
            #"Welcome!\n4 of 7 nodes are up\n%s\n"#, #"Submitted batch job %s\nBilled to project 12\n"#,
            // The last number is no job's: the array is known by its name.
            #"%s\n2026\n"#,
        ])
    func banners(_ answer: String) throws {
        let slurm = try tiny()
        defer { slurm.end() }
        let ending = try slurm.run(["ANSWER=\(answer)"])
        expect(ending, Ending(0, complaint: SlurmSiteTests.submitted + SlurmSiteTests.joined))
        #expect(try slurm.calls("sbatch").count == 1)
        #expect(!slurm.scratch.exists(SlurmSiteTests.job))
    }

    @Test("On another cluster the array is asked for, waited for and cancelled there")
    func clusters() throws {
        // sbatch says where; where it does not, it is where it was asked for.
        for (answer, settings, options) in [
            (#"%s;alpha\n"#, ["SLURM_CLUSTERS=beta"], ["--sbatch=--clusters=alpha"]),
            (#"Submitted batch job %s on cluster alpha\n"#, ["SLURM_CLUSTERS=alpha,beta"], []),
            (#"%s\n"#, ["SBATCH_CLUSTERS=alpha"], []),
        ] {
            let slurm = try tiny()
            defer { slurm.end() }
            let ending = try slurm.run(["CLUSTER=alpha", "ANSWER=\(answer)"] + settings, options)
            expect(ending, Ending(0, complaint: SlurmSiteTests.submitted + SlurmSiteTests.joined))
            #expect(try slurm.calls("sbatch").count == 1)
            #expect(try slurm.calls("squeue").allSatisfy { $0.contains(" --clusters=alpha ") && !$0.contains("beta") })
        }
        let slurm = try tiny()
        defer { slurm.end() }
        let running = try slurm.start(
            ["CLUSTER=alpha", #"ANSWER=%s;alpha\n"#, "HOLD=1"], ["--sbatch=-Malpha"])
        #expect(wait { (try? slurm.scratch.read(SlurmSiteTests.job))?.hasPrefix("1;alpha 1\n") ?? false })
        #expect(try wait { try slurm.calls("squeue").contains { $0.contains("--jobs=1") } })
        running.signal(SIGINT)
        #expect(try running.wait().code == 130)
        #expect(try slurm.calls("scancel").first?.hasPrefix("scancel --clusters=alpha --name=unroll-tiny-") == true)
        #expect(
            try slurm.call("squeue", ["--clusters=alpha"], "CLUSTER=alpha").output.hasSuffix("NAME\n"))
    }

    @Test("A percent sign in a folder's name is no pattern of a log's name")
    func percent() throws {
        let slurm = try tiny()
        defer { slurm.end() }
        #expect(try slurm.run([], ["--results", "50%a"]).code == 0)
        #expect(try slurm.calls("sbatch").first?.contains("/50%%a/tiny/slurm.%a-of-1.log ") == true)
    }

    @Test("Where no number can be read, the words are shown, and the array is found by its name and cancelled")
    func unreadable() throws {
        for (settings, words) in [
            (
                [#"ANSWER=Stapelauftrag übermittelt: %s.\n"#],
                "unexpected output of sbatch: 'Stapelauftrag übermittelt: 1.'"
            ),
            (["ANSWER= "], "sbatch gave no answer"),
            (["SLOW=60", "UNROLL_PROGRAM_TIMEOUT=10"], "sbatch does not end within 10.0 s and is killed"),
            (["SLOW=0; kill -9 $$"], "sbatch was killed by signal 9"),
        ] {
            let slurm = try tiny()
            defer { slurm.end() }
            if settings[0].hasPrefix("SLOW=0") {
                let sbatch = try slurm.scratch.read(".harness-slurm/sbatch")
                try slurm.scratch.write(
                    program: sbatch.replacingOccurrences(
                        of: "printf \"${ANSWER", with: "kill -9 $$; printf \"${ANSWER"),
                    to: ".harness-slurm/sbatch")
            }
            let ending = try slurm.run(["HOLD=1"] + settings.filter { !$0.hasPrefix("SLOW=0") })
            let complaint = "unroll: \(words); job array 1, which it submitted, is cancelled\n"
            expect(ending, Ending(69, complaint: complaint))
            #expect(try slurm.running().isEmpty)
            #expect(!slurm.scratch.exists(SlurmSiteTests.job))
        }
    }

    @Test("Where squeue does not answer either, it is said, and the same command finds the array later")
    func unknown() throws {
        let slurm = try tiny()
        defer { slurm.end() }
        let settings = ["HOLD=1", #"ANSWER=Hello\n"#, "SQUEUE=echo 'Unable to contact slurm controller' >&2; exit 1"]
        let ending = try slurm.run(settings)
        #expect(ending.code == 69)
        #expect(
            ending.complaint.hasPrefix(
                "unroll: unexpected output of sbatch: 'Hello'; whether it submitted a job is not known, for squeue refused: "
                    + "Unable to contact slurm controller; to end it: scancel --name=unroll-tiny-"))
        // Nor is anything submitted beside it while that is so.
        let again = try slurm.run([settings[2]])
        #expect(again.code == 69 && again.complaint.hasSuffix("contact slurm controller; nothing is submitted\n"))
        #expect(try slurm.calls("sbatch").count == 1)
        expect(try slurm.run([], ["--no-wait"]), Ending(0, complaint: "tiny: job array 1 is still there\n"))
    }

    @Test("A number that another job has now, or had before, is neither waited for nor cancelled")
    func stale() throws {
        for record in ["name unroll-tiny-mine\nsubmitted 0\n", "name theirs\nsubmitted 99999999999\n", ""] {
            let slurm = try tiny()
            defer { slurm.end() }
            #expect(try slurm.submit(name: "theirs") == "1")
            try slurm.scratch.write("1 1\n" + record, to: SlurmSiteTests.job)
            let running = try slurm.start(["HOLD=1"])
            #expect(
                try wait { try slurm.running().count == 2 && slurm.scratch.read(SlurmSiteTests.job).hasPrefix("2 1\n") }
            )
            #expect(try wait { try slurm.calls("squeue").contains { $0.contains("--jobs=2") } })
            running.signal(SIGINT)
            let complaint = """
                tiny: job array 2, 1 shard of 1

                unroll: interrupted; job array 2 is cancelled.
                unroll: what was measured is in results/tiny. The same command continues.

                """
            try expect(running.wait(), Ending(130, complaint: complaint))
            #expect(try wait { try slurm.running() == ["1": "theirs"] })
        }
    }

    @Test("A copy of a folder is not measured into by the original's job, which it leaves alone")
    func copied() throws {
        let slurm = try tiny()
        defer { slurm.end() }
        try expect(
            slurm.run(["HOLD=1"], ["--no-wait"]),
            Ending(
                0, complaint: SlurmSiteTests.submitted + "tiny: when it has ended: unroll merge results/tiny\n"))
        try FileManager.default.copyItem(
            atPath: "\(slurm.scratch.path)/results", toPath: "\(slurm.scratch.path)/copy")
        let ending = try slurm.run([], ["--results", "copy"])
        #expect(ending.code == 0)
        #expect(
            ending.complaint.hasPrefix("copy/tiny: slurm.job is of ")
                && ending.complaint.contains(
                    "/results/tiny, which its job measures into\ntiny: job array 2, 1 shard of 1\n")
        )
        #expect(try slurm.running().keys.sorted() == ["1"])
    }

    @Test("A command that is killed before it has the number finds the array by its name")
    func killed() throws {
        let slurm = try tiny()
        defer { slurm.end() }
        let running = try slurm.start(["HOLD=1", "SLOW=5"])
        #expect(try wait { try slurm.running().count == 1 })
        running.signal(SIGKILL)
        _ = try running.wait()
        #expect(try slurm.scratch.read(SlurmSiteTests.job).hasPrefix("- 1\nname unroll-tiny-"))
        try expect(slurm.run([], ["--no-wait"]), Ending(0, complaint: "tiny: job array 1 is still there\n"))
    }

    @Test("Two signals at once are one, as timeout(1) sends them; so is one that comes while sbatch is at work")
    func signals() throws {
        for isSubmitting in [false, true] {
            let slurm = try tiny()
            defer { slurm.end() }
            let running = try slurm.start(["HOLD=1"] + (isSubmitting ? ["SLOW=1"] : []))
            #expect(
                try wait {
                    try isSubmitting
                        ? slurm.running().count == 1 : slurm.calls("squeue").contains { $0.contains("--jobs=1") }
                })
            running.signal(SIGINT)
            usleep(1000)
            running.signal(SIGINT)
            let ending = try running.wait()
            #expect(ending.code == 130)
            #expect(ending.complaint.contains("unroll: interrupted; job array 1 is cancelled.\n"), "\(ending)")
            #expect(try slurm.running().isEmpty)
            #expect(!slurm.scratch.exists(SlurmSiteTests.job))
        }
    }

    @Test("While squeue does not answer it is said once and waited for; an answer that is none ends the waiting")
    func silent() throws {
        let slurm = try tiny()
        defer { slurm.end() }
        let once =
            "SQUEUE=if [ ! -e \"$STATE/up\" ]; then touch \"$STATE/up\"; else if [ ! -e \"$STATE/up2\" ]; then "
            + "[ -n \"$jobs\" ] || touch \"$STATE/up2\"; echo down >&2; exit 1; fi; fi"
        try expect(
            slurm.run([once]),
            Ending(
                0,
                complaint: SlurmSiteTests.submitted
                    + "tiny: squeue refused: down; waiting for job array 1 all the same\n"
                    + SlurmSiteTests.joined))
        let other = try tiny()
        defer { other.end() }
        try expect(
            other.run(["HOLD=1", "SQUEUE=echo 'Die Warteschlange ist leer'; exit 0"]),
            Ending(
                69,
                complaint: SlurmSiteTests.submitted
                    + "tiny: unexpected output of squeue: 'Die Warteschlange ist leer'; waiting for job array 1 all the same\n"
                    + "unroll: unexpected output of squeue: 'Die Warteschlange ist leer'; job array 1 continues, and the same "
                    + "command waits for it\n"))
        #expect(try other.running().count == 1)
        #expect(try other.scratch.read(SlurmSiteTests.job).hasPrefix("1 1\n"))
    }

    @Test("What changes the commands' answers does not reach them; what a site sets for jobs does")
    func variables() throws {
        let slurm = try tiny()
        defer { slurm.end() }
        let settings = [
            "SQUEUE_FORMAT=%t", "SQUEUE_FORMAT2=jobid", "SQUEUE_STATES=R", "SCANCEL_INTERACTIVE=1", "SCANCEL_NAME=x",
            "SBATCH_WAIT=1", "SBATCH_ACCOUNT=ours", "LC_ALL=C.UTF-8",
        ]
        #expect(try slurm.run(settings).code == 0)
        for (command, dropped) in [("sbatch", "SBATCH_WAIT"), ("squeue", "SQUEUE_"), ("scancel", "SCANCEL_")] {
            if command == "scancel" {
                let running = try slurm.start(settings + ["HOLD=1"], ["--fresh"])
                #expect(try wait { try slurm.calls("squeue").contains { $0.contains("--jobs=2") } })
                running.signal(SIGINT)
                #expect(try running.wait().code == 130)
            }
            let calls = try slurm.calls(command)
            #expect(!calls.isEmpty)
            #expect(calls.allSatisfy { $0.contains("[LC_ALL=C ") && $0.contains(" SBATCH_ACCOUNT=ours ") })
            #expect(calls.allSatisfy { !$0.contains(" " + dropped) }, "\(calls)")
        }
        // A job has the locale of the one who submits it.
        let script = try FileManager.default.contentsOfDirectory(atPath: "\(slurm.scratch.path)/.harness-state")
            .first { $0.hasPrefix("script.") }
        let text = try slurm.scratch.read(".harness-state/\(try #require(script))")
        #expect(text.hasPrefix("#!/bin/sh\nexport LC_ALL='C.UTF-8'\nexec '"))
        for option in ["--job-name=x", "-Jx", "--array=1-3", "--wait", "-W", "--wrap=true", "--job=x"] {
            let ending = try slurm.run([], ["--sbatch=\(option)"])
            #expect(ending.code == 64 && ending.complaint.contains("'--sbatch=\(option)': "), "\(ending)")
        }
    }
}
