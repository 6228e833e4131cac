import Glibc

/// A text that cannot be trained on.
package enum TextError: Error, Hashable, CustomStringConvertible {
    case file(DataFileError)
    case empty(path: String)
    /// Not the bytes that the trial is of.
    case other(path: String, there: Content, asked: Content)
    /// Written to since it was opened.
    case changed(path: String)
    /// Too short for the batch and the length.
    case short(path: String, encoding: TextEncoding, symbols: Int, batch: Int, length: Int)
    /// Not UTF-8: what begins at this byte, counted from 0.
    case encoding(path: String, offset: Int)
    /// More different characters than the network has classes.
    case alphabet(path: String, characters: Int, classes: Int)

    package var description: String {
        switch self {
        case .file(let error): error.description
        case .empty(let path): "'\(path)' is empty; there is nothing to predict"
        case .other(let path, let there, let asked):
            "'\(path)' is '\(there)' now, and the trial is of '\(asked)': other bytes are another trial"
        case .changed(let path): TextBytes.changed(path)
        case .short(let path, let encoding, let symbols, let batch, let length):
            "'\(path)' has \(symbols) \(encoding.symbol)s; \(batch) sequences of \(length) steps, and the "
                + "\(encoding.symbol) after each, take \(batch * (length + 1))"
        case .encoding(let path, let offset):
            "'\(path)' is not UTF-8: no character begins at byte \(offset), counted from 0; without 'encoding=utf8' it is "
                + "read byte by byte"
        case .alphabet(let path, let characters, let classes):
            "'\(path)' has \(characters) different characters, and 'input' is \(classes); allowed: at least \(characters)"
        }
    }
}

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
    /// - Throws: ``TextError`` when there is no such file, or nothing in it.
    package init(_ path: String) throws(TextError) {
        let file: DataFile
        do { file = try DataFile(path) } catch { throw .file(error) }
        guard file.count > 0 else { throw .empty(path: path) }
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

    /// Eight bytes.
    func word(at place: Int) -> UInt64 {
        guard place >= 0 && place <= count - 8 else { endAsChanged() }
        return UnsafeRawPointer(start + place).loadUnaligned(as: UInt64.self)
    }

    /// - Throws: ``TextError`` when the file was written to since it was opened.
    package func expectUnchanged() throws(TextError) { if !file.isUnchanged { throw .changed(path: path) } }

    /// For a place that only other bytes can lead to: those of a file that is written to while it is read. Ends the process, for
    /// this stands where nothing can be thrown.
    func endAsChanged() -> Never {
        precondition(!file.isUnchanged, "a place beyond the text")
        var line = "\(TextBytes.changed(path))\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
        _exit(EX_DATAERR)
    }

    fileprivate static func changed(_ path: String) -> String {
        "'\(path)' was written to while it was read; what was measured of it is of neither content"
    }

    /// Takes what was read out of the resident set, until it is read again.
    func release() { madvise(UnsafeMutableRawPointer(mutating: start), count, MADV_DONTNEED) }
}
