import CSystem

/// Memory that has no file in any folder, to be shared with processes that this one starts.
package enum SharedMemory {
    /// A descriptor of it, to be closed, of no bytes yet; below 0, with `errno`, where the system gives none. Programs that this
    /// process becomes or starts do not have it.
    package static func open(_ name: String) -> Int32 { unroll_anonymous_file(name) }
}
