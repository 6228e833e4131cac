extension SystemLimits {
    /// Processors' time that this process's groups give it in a unit of time, the least of them; nil where none limits it. Not
    /// rounded as ``processors`` is: a quota of one and a half makes other times than one of one.
    package static func processorQuota(_ files: SystemFiles = SystemFiles()) -> Double? {
        ControlGroups(files).directories(of: "cpu").flatMap { directory -> [Double] in
            let both = files.words("\(directory)/cpu.max").map { Int($0) }
            let old = [files.number("\(directory)/cpu.cfs_quota_us"), files.number("\(directory)/cpu.cfs_period_us")]
            return [both, old].compactMap { pair in
                guard pair.count == 2, let quota = pair[0], let period = pair[1], quota > 0, period > 0 else {
                    return nil
                }
                return Double(quota) / Double(period)
            }
        }.min()
    }
}
