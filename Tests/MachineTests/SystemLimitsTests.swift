import Glibc
import Machine
import Testing

/// Limits in made-up trees, as machines have them.
struct SystemLimitsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var cgroup: String
        var mounts: String
        var files: [String: String] = [:]
        var resources: [Resource: Int] = [:]
        /// The least limit on memory, and where it stands.
        var memory: SystemLimits.Limit?
        /// The processors that may be kept busy, of sixteen.
        var processors: SystemLimits.Limit?
        var tasks: SystemLimits.Limit?
    }

    private static let machine = SystemLimits.Limit(16_000_000 << 10, source: "/proc/meminfo")
    private static let unified = "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
    private static func limit(_ value: Int, _ source: String) -> SystemLimits.Limit { .init(value, source: source) }

    static let cases = [
        Case(testDescription: "no control groups at all", cgroup: "", mounts: "22 1 8:1 / / rw - ext4 /dev/sda1 rw"),
        Case(
            testDescription: "version 2, no limit anywhere", cgroup: "0::/user.slice", mounts: unified,
            files: ["user.slice/memory.max": "max", "user.slice/cpu.max": "max 100000", "user.slice/pids.max": "max"]),
        Case(
            testDescription: "version 2, the group's own limit", cgroup: "0::/job", mounts: unified,
            files: ["job/memory.max": "4294967296", "job/cpu.max": "400000 100000", "job/pids.max": "99"],
            memory: limit(4 << 30, "/sys/fs/cgroup/job/memory.max"),
            processors: limit(4, "/sys/fs/cgroup/job/cpu.max"), tasks: limit(99, "/sys/fs/cgroup/job/pids.max")),
        Case(
            testDescription: "version 2, a limit two levels up is lower", cgroup: "0::/a.slice/b.scope/step_0",
            mounts: unified,
            files: [
                "a.slice/memory.max": "1000000", "a.slice/cpu.max": "150000 100000",
                "a.slice/b.scope/memory.max": "max",
                "a.slice/b.scope/step_0/memory.max": "4000000", "a.slice/b.scope/step_0/cpu.max": "max 100000",
            ],
            memory: limit(1_000_000, "/sys/fs/cgroup/a.slice/memory.max"),
            processors: limit(1, "/sys/fs/cgroup/a.slice/cpu.max")),
        Case(
            testDescription: "version 2, a container with its own namespace: the limit is at the mount",
            cgroup: "0::/", mounts: unified, files: ["memory.max": "2000000", "cpu.max": "50000 100000"],
            memory: limit(2_000_000, "/sys/fs/cgroup/memory.max"), processors: limit(1, "/sys/fs/cgroup/cpu.max")),
        Case(
            testDescription: "memory.high is lower than memory.max", cgroup: "0::/job", mounts: unified,
            files: ["job/memory.max": "4000000", "job/memory.high": "3000000"],
            memory: limit(3_000_000, "/sys/fs/cgroup/job/memory.high")),
        Case(
            testDescription: "a group that the mount does not show: what is at the mount binds", cgroup: "0::/../other",
            mounts: unified, files: ["memory.max": "5000000", "other/memory.max": "1"],
            memory: limit(5_000_000, "/sys/fs/cgroup/memory.max")),
        Case(
            testDescription: "version 1, each controller in its own hierarchy, no limit as a number",
            cgroup: "4:memory:/slurm/job_7\n3:cpu,cpuacct:/slurm/job_7\n1:name=systemd:/x",
            mounts: """
                31 23 0:28 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
                32 23 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
                """,
            files: [
                "memory/memory.limit_in_bytes": "9223372036854771712",
                "memory/slurm/memory.limit_in_bytes": "7000000",
                "memory/slurm/job_7/memory.limit_in_bytes": "9223372036854771712",
                "cpu,cpuacct/slurm/job_7/cpu.cfs_quota_us": "-1",
                "cpu,cpuacct/slurm/job_7/cpu.cfs_period_us": "100000",
                "cpu,cpuacct/slurm/cpu.cfs_quota_us": "250000", "cpu,cpuacct/slurm/cpu.cfs_period_us": "100000",
            ],
            memory: limit(7_000_000, "/sys/fs/cgroup/memory/slurm/memory.limit_in_bytes"),
            processors: limit(2, "/sys/fs/cgroup/cpu,cpuacct/slurm/cpu.cfs_quota_us")),
        Case(
            testDescription:
                "version 1, a container that sees its own part of the hierarchy, and one above it has a limit",
            cgroup: "4:memory:/docker/abc",
            mounts: "31 23 0:28 /docker/abc /sys/fs/cgroup/memory rw - cgroup c rw,memory",
            files: [
                "memory/memory.limit_in_bytes": "8000000",
                "memory/memory.stat": "cache 0\nhierarchical_memory_limit 6000000\n",
            ],
            memory: limit(6_000_000, "/sys/fs/cgroup/memory/memory.stat")),
        Case(
            testDescription: "version 1 without hierarchy: the group above does not bind", cgroup: "4:memory:/a/b",
            mounts: "31 23 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
            files: [
                "memory/a/memory.limit_in_bytes": "1000000", "memory/a/memory.use_hierarchy": "0",
                "memory/a/b/memory.limit_in_bytes": "9000000",
            ],
            memory: limit(9_000_000, "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes")),
        Case(
            testDescription: "both versions: whichever has the controller", cgroup: "4:memory:/m\n0::/u",
            mounts: """
                31 23 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
                41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                """,
            files: ["memory/m/memory.limit_in_bytes": "3000000", "unified/u/pids.max": "12"],
            memory: limit(3_000_000, "/sys/fs/cgroup/memory/m/memory.limit_in_bytes"),
            tasks: limit(12, "/sys/fs/cgroup/unified/u/pids.max")),
        Case(
            testDescription: "a group with a space and a colon in its name", cgroup: "0::/a b:c",
            mounts: #"30 24 0:26 / /sys/fs/cgroup/x\040y rw - cgroup2 cgroup2 rw"#,
            files: ["x y/a b:c/memory.max": "4000000"],
            memory: limit(4_000_000, "/sys/fs/cgroup/x y/a b:c/memory.max")),
        Case(
            testDescription: "the shell's limits are lower", cgroup: "0::/job", mounts: unified,
            files: ["job/memory.max": "4000000", "job/pids.max": "99"],
            resources: [.addressSpace: 3_000_000, .data: 2_000_000, .processes: 50],
            memory: limit(2_000_000, "RLIMIT_DATA, ulimit -d"), tasks: limit(50, "RLIMIT_NPROC, ulimit -u")),
        Case(
            testDescription: "files that make no sense are no limits", cgroup: "0::/job\nnonsense\n7:",
            mounts: unified + "\nx",
            files: ["job/memory.max": "many", "job/cpu.max": "0 0", "job/memory.high": "", "job/pids.max": "-"]),
    ]

    @Test(arguments: cases) func leastOfAll(_ example: Case) throws {
        var files = [
            "/proc/meminfo": "MemTotal:       16000000 kB\nMemFree: 1 kB\n", "/proc/self/cgroup": example.cgroup + "\n",
            "/proc/self/mountinfo": example.mounts + "\n",
        ]
        for (path, text) in example.files { files["/sys/fs/cgroup/\(path)"] = text + "\n" }
        let tree = try Tree(files)
        let limits = tree.limits(example.resources)
        #expect(limits.memoryLimit == example.memory ?? SystemLimitsTests.machine)
        #expect(limits.memory.last == SystemLimitsTests.machine)
        #expect(limits.processors == example.processors ?? SystemLimits.Limit(16, source: "sched_getaffinity"))
        #expect(limits.tasks == example.tasks)
        withExtendedLifetime(tree) {}
    }

    /// A quota above what the process may run on says nothing.
    @Test func affinityBelowTheQuota() throws {
        let tree = try Tree([
            "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": SystemLimitsTests.unified + "\n",
            "/sys/fs/cgroup/cpu.max": "800000 100000\n",
        ])
        #expect(tree.limits(affinity: 2).processors == SystemLimits.Limit(2, source: "sched_getaffinity"))
    }

    /// What this machine says: something, and the tests run within it.
    @Test func thisMachine() {
        let limits = SystemLimits()
        #expect(limits.memoryLimit.value > 1 << 24 && limits.memory.last!.value >= limits.memoryLimit.value)
        #expect(limits.processors.value >= 1 && limits.processors.value <= Int(sysconf(Int32(_SC_NPROCESSORS_CONF))))
    }

    @Test(arguments: [
        (EMFILE, "cannot do it: Too many open files; allowed: 12 open files (RLIMIT_NOFILE, ulimit -n)"),
        (
            EAGAIN,
            "cannot do it: Resource temporarily unavailable; allowed: 7 processes and threads (RLIMIT_NPROC, ulimit -u), "
                + "5000 bytes of memory (RLIMIT_AS, ulimit -v)"
        ),
        (ENOMEM, "cannot do it: Cannot allocate memory; allowed: 5000 bytes of memory (RLIMIT_AS, ulimit -v)"),
        (ENOENT, "cannot do it: No such file or directory"),
    ])
    func refusalsNameTheLimit(_ code: Int32, _ text: String) throws {
        let tree = try Tree(["/proc/meminfo": "MemTotal: 16000000 kB\n"])
        let limits = tree.limits([.descriptors: 12, .processes: 7, .addressSpace: 5000])
        #expect(SystemFailure("cannot do it", code, limits: limits).description == text)
    }

    @Test(
        arguments: [
            (1, 2, false, 1, nil), (2, 2, false, 2, nil),
            (
                4, 2, false, 2,
                "of 4 threads 2 run, for this process may use 2 processors (cpu.max); UNROLL_OVERSUBSCRIBE=1 runs them all"
            ),
            (
                2, 1, false, 1,
                "of 2 threads 1 runs, for this process may use 1 processor (cpu.max); UNROLL_OVERSUBSCRIBE=1 runs them all"
            ),
            (4, 2, true, 4, "4 threads run on 2 processors (cpu.max), as UNROLL_OVERSUBSCRIBE says"),
        ] as [(Int, Int, Bool, Int, String?)])
    func workers(_ asked: Int, _ processors: Int, _ oversubscribes: Bool, _ count: Int, _ note: String?) {
        let workers = Workers(
            asked: asked, processors: SystemLimits.Limit(processors, source: "cpu.max"), oversubscribes: oversubscribes)
        #expect(workers.count == count)
        #expect(workers.note == note)
    }
}
