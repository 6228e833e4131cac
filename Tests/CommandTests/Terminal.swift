import Foundation
import Testing

/// A terminal of a given width, on which programs run: what they write is read here.
final class PseudoTerminal {
    private let master: Int32
    private let slave: Int32

    init(columns: UInt16) throws {
        var (master, slave): (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&master, &slave, nil, nil, &size) == 0, "openpty: \(String(cString: strerror(errno)))")
        // Line feeds come as they were written.
        var modes = termios()
        tcgetattr(slave, &modes)
        modes.c_oflag &= ~tcflag_t(OPOST)
        tcsetattr(slave, TCSANOW, &modes)
        (self.master, self.slave) = (master, slave)
    }

    deinit { close(master) }

    /// Everything a program writes to this terminal, as standard output, standard error or both; once for each terminal.
    ///
    /// - Parameter environment: changes to this process's; COLUMNS is unset where it is not given.
    func run(
        _ executable: String, _ arguments: [String], directory: String, environment: [String: String] = [:],
        output: Bool = true, error: Bool = true
    ) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        var changed = ProcessInfo.processInfo.environment.merging(["TERM": "xterm"]) { $1 }
        changed["COLUMNS"] = nil
        process.environment = changed.merging(environment) { $1 }
        let terminal = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output ? terminal : FileHandle.nullDevice
        process.standardError = error ? terminal : FileHandle.nullDevice
        try process.run()
        close(slave)
        var bytes: [UInt8] = []
        var buffer = Array(repeating: UInt8(0), count: 1 << 16)
        // The other side closed reads as an error.
        while case let count = read(master, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
