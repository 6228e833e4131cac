/// The control groups this process is in, from its own up to the topmost that is visible here, of both versions: systemd's
/// scopes, Slurm's steps and containers nest, and any of them may have the lowest limit.
///
/// cgroups(7), proc_pid_cgroup(5), proc_pid_mountinfo(5).
struct ControlGroups {
    private let files: SystemFiles
    private let mounts: [Mount]
    /// This process's path within each hierarchy, by the names of its controllers; of version 2 by the empty name.
    private let paths: [(controllers: [Substring], path: String)]

    fileprivate struct Mount {
        /// Of the hierarchy, what is mounted.
        let root: String
        /// Where.
        let point: String
        /// Nil for version 2, which has all controllers in one hierarchy.
        let controllers: [Substring]?
    }

    init(_ files: SystemFiles) {
        self.files = files
        mounts = files.lines("/proc/self/mountinfo").compactMap(ControlGroups.mount)
        paths = files.lines("/proc/self/cgroup").compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return nil }
            return (parts[1].split(separator: ",", omittingEmptySubsequences: false), String(parts[2]))
        }
    }

    /// `31 23 0:28 ROOT POINT options … - TYPE SOURCE options`; nil for other file systems.
    private static func mount(_ line: Substring) -> Mount? {
        let words = line.split(separator: " ")
        guard let end = words.firstIndex(of: "-"), end > 5, words.count > end + 3 else { return nil }
        let (root, point) = (unescaped(words[3]), unescaped(words[4]))
        switch words[end + 1] {
        case "cgroup2": return Mount(root: root, point: point, controllers: nil)
        case "cgroup": return Mount(root: root, point: point, controllers: words[end + 3].split(separator: ","))
        default: return nil
        }
    }

    /// Spaces, tabs, ends of line and backslashes are octal there.
    private static func unescaped(_ word: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = word.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(Substring(rest.prefix(3))), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The directories whose limits bind this process, its own group's first.
    func directories(of controller: String) -> [String] {
        var all: [String] = []
        for mount in mounts {
            let name = Substring(mount.controllers == nil ? "" : controller)
            guard mount.controllers?.contains(name) ?? true,
                let path = paths.first(where: { $0.controllers.contains(name) })?.path
            else { continue }
            var below = mount.path(of: path)
            while true {
                let directory = (mount.point == "/" ? "" : mount.point) + below
                if !all.contains(directory) { all.append(directory) }
                guard let slash = below.lastIndex(of: "/") else { break }
                // Of version 1, a group above that was made so lets those below take what they like.
                if files.number(parent(of: directory) + "/memory.use_hierarchy") == 0 { break }
                below = String(below[..<slash])
            }
        }
        return all
    }

    private func parent(of directory: String) -> String {
        directory.lastIndex(of: "/").map { String(directory[..<$0]) } ?? ""
    }
}

extension ControlGroups.Mount {
    /// The path of a group below the mount's point. A group that is not below what is mounted, as in a separate
    /// namespace, is bound by what is at the point at least.
    fileprivate func path(of group: String) -> String {
        let top = root == "/" ? "" : root
        guard group == top || group.hasPrefix(top + "/") else { return "" }
        let below = group == "/" ? "" : String(group.dropFirst(top.count))
        return below.split(separator: "/").contains("..") ? "" : below
    }
}
