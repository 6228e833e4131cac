import Glibc

/// The bytes of a file, mapped: pages are read when they are needed and belong to the system's cache. They are not in the
/// heaps; those that were read count in the resident set.
package final class TextBytes: Sendable {
    // Only read.
    nonisolated(unsafe) private let start: UnsafePointer<UInt8>
    private let file: DataFile
    package let content: Content

    var path: String { file.path }
    package var count: Int { file.count }

    /// All of it is read once, for its content.
    ///
    /// - Throws: ``TaskDataError`` when there is no such file, or nothing in it.
    package init(_ path: String) throws(TaskDataError) {
        let file: DataFile
        do { file = try DataFile(path) } catch { throw .file(error) }
        guard file.count > 0 else { throw .unfit(path: path, "is empty; there is nothing to predict") }
        let memory = mmap(nil, file.count, PROT_READ, MAP_SHARED, file.descriptor, 0)
        guard let memory, memory != MAP_FAILED else {
            throw .file(.system(path: path, reason: String(cString: strerror(errno))))
        }
        endWithASentence(whenCutShort: path)
        content = Content(of: UnsafeRawBufferPointer(start: memory, count: file.count))
        madvise(memory, file.count, MADV_DONTNEED)
        start = UnsafePointer(memory.assumingMemoryBound(to: UInt8.self))
        self.file = file
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: start), count) }

    package subscript(place: Int) -> UInt8 {
        guard place >= 0 && place < count else { endAsChanged() }
        return start[place]
    }

    /// Where some bytes are, in memory.
    @inline(__always)
    func address(_ place: Int, count: Int) -> UnsafeRawPointer {
        guard place >= 0 && count <= self.count - place else { endAsChanged() }
        return UnsafeRawPointer(start + place)
    }

    /// What the file says of its tensors, where it has some.
    ///
    /// - Throws: ``TaskDataError``.
    func header() throws(TaskDataError) -> SafetensorsHeader {
        do { return try SafetensorsHeader(file) } catch { throw TaskDataError(error) }
    }

    /// Eight bytes.
    func word(at place: Int) -> UInt64 {
        guard place >= 0 && place <= count - 8 else { endAsChanged() }
        return UnsafeRawPointer(start + place).loadUnaligned(as: UInt64.self)
    }

    /// - Throws: ``TaskDataError`` when something else is asked for than the file holds.
    func expect(_ asked: Content?) throws(TaskDataError) {
        if let asked, asked != content { throw .other(path: path, there: content, asked: asked) }
    }

    /// - Throws: ``TaskDataError`` when the file was written to since it was opened.
    func expectUnchanged() throws(TaskDataError) { if !file.isUnchanged { throw .changed(path: path) } }

    /// For a place that only other bytes can lead to: those of a file that is written to while it is read. Ends the process, for
    /// this stands where nothing can be thrown.
    func endAsChanged() -> Never {
        precondition(!file.isUnchanged, "a place beyond the text")
        var line = "\(TaskDataError.changed(path: path))\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(EX_DATAERR)
    }

    /// Takes what was read out of the resident set, until it is read again.
    func release() { madvise(UnsafeMutableRawPointer(mutating: start), count, MADV_DONTNEED) }
}
