import Machine
import Testing

@Suite struct QuotaTests {
    private static let unified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"
    private static let old = "35 23 0:31 / /sys/fs/cgroup/cpu rw,nosuid - cgroup cgroup rw,cpu\n"

    /// The quota is reported as it is: one and a half processors are neither one nor two.
    @Test(
        arguments: [
            (unified, "0::/job\n", ["/sys/fs/cgroup/job/cpu.max": "150000 100000\n"], 1.5),
            (unified, "0::/job\n", ["/sys/fs/cgroup/job/cpu.max": "max 100000\n"], nil),
            (
                unified, "0::/a/b\n",
                ["/sys/fs/cgroup/a/cpu.max": "25000 100000\n", "/sys/fs/cgroup/a/b/cpu.max": "400000 100000\n"], 0.25
            ),
            (unified, "0::/job\n", ["/sys/fs/cgroup/job/cpu.max": "0 0\n"], nil),
            (
                old, "4:cpu:/job\n",
                [
                    "/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "300000\n",
                    "/sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "200000\n",
                ],
                1.5
            ),
            (
                old, "4:cpu:/job\n",
                [
                    "/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us": "-1\n",
                    "/sys/fs/cgroup/cpu/job/cpu.cfs_period_us": "100000\n",
                ], nil
            ),
            (unified, "", [:], nil),
        ] as [(String, String, [String: String], Double?)])
    func quota(mounts: String, group: String, files: [String: String], expected: Double?) throws {
        let tree = try Tree(files.merging(["/proc/self/cgroup": group, "/proc/self/mountinfo": mounts]) { $1 })
        #expect(SystemLimits.processorQuota(tree.files) == expected)
    }
}
