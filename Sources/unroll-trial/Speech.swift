import Glibc

/// A line on standard output, there at once: somebody waits for it at the other end of a pipe.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

/// A line on standard error.
func complain(_ line: String) {
    var text = line + "\n"
    text.withUTF8 { bytes in _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
}
