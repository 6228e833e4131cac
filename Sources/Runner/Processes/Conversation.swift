import Files
import Glibc

/// One process of another program: its input, and its output so far.
final class Conversation {
    private let process: ChildProcess
    private var unwritten: ArraySlice<UInt8>
    /// More input may come.
    private var isOpen: Bool
    private(set) var output: [UInt8] = []
    /// The end of its standard error.
    private(set) var errors: [UInt8] = []
    /// How it ended; nil while it runs.
    private(set) var exitStatus: Children.ExitStatus?

    /// Reads that take in all that a pipe holds.
    private static let pipefuls = 128

    /// - Parameter text: its input; nil where that comes part by part, by ``supply(_:)``.
    init(
        _ path: String, _ arguments: [String], input text: String?, variables: Variables, children: Children
    ) throws(SpawnError) {
        process = try ChildProcess(
            path, arguments, input: text?.isEmpty == true ? .nothing : .pipe, variables: variables,
            children: children)
        process.input?.doNotWait()
        unwritten = Array((text ?? "").utf8)[...]
        isOpen = text == nil
    }

    /// Whether it has taken all input that there was, and waits for more.
    var isWaiting: Bool { isOpen && unwritten.isEmpty && process.input != nil }

    /// Whether its input has not come to its end.
    var isUnfinished: Bool { isOpen || !unwritten.isEmpty }

    /// The next part of its input; nil at the end.
    func supply(_ bytes: [UInt8]?) {
        guard let bytes else {
            isOpen = false
            process.input = nil
            return
        }
        unwritten = bytes[...]
    }

    /// The output since this was last called.
    func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// Waits until there is something to read or to write, and does that; or finds that it has ended.
    func listen(until deadline: inout Deadline, most: Int, tail: Int) {
        if let ended = process.reap() {
            // What it said is in the pipes; what it started may hold them open and write to them without end.
            for stream in [ChildProcess.Stream.output, .errors] {
                for _ in 0..<Conversation.pipefuls where !take(stream, most: most, tail: tail) { break }
            }
            exitStatus = ended
            return
        }
        let (ready, takes) = process.wait(until: &deadline, for: nil, writes: !isOpen || !unwritten.isEmpty)
        for stream in ready { _ = take(stream, most: most, tail: tail) }
        if takes { give() }
    }

    /// Whether more may be there.
    private func take(_ stream: ChildProcess.Stream, most: Int, tail: Int) -> Bool {
        guard output.count <= most, let bytes = process.read(stream) else { return false }
        switch stream {
        case .output: output += bytes
        case .errors: errors = (errors + bytes).suffix(tail)
        }
        return true
    }

    private func give() {
        guard let end = process.input else { return }
        var count = 0
        let isWritten = Descriptor.withoutPipeSignal {
            count = unwritten.withUnsafeBytes { write(end.descriptor, $0.baseAddress, $0.count) }
            return count >= 0
        }
        if isWritten { unwritten = unwritten.dropFirst(count) }
        if unwritten.isEmpty && !isOpen || !isWritten && errno != EAGAIN && errno != EINTR { process.input = nil }
    }

    /// Ends it and what it started.
    func kill() {
        process.kill()
        exitStatus = process.exitStatus
    }
}
