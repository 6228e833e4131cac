import Files
import Glibc
import Kernels
import Networks
import Schedules
import Trials

/// The gradient of a reference, in a file that the processes of several trials share: the first of them that needs it computes it
/// and leaves it there, and the others read it.
struct SharedGradient {
    private let path: String
    /// What the gradient is of; it stands after its numbers. A file that is not whole, or of another reference, has none.
    private let mark: String

    /// - Parameters:
    ///   - trial: the reference's, of the plain network.
    ///   - strategy: that of its pass.
    init(_ path: String, of trial: Trial, strategy: Strategy) {
        self.path = path
        mark = "\(trial.words.joined(separator: " ")) by \(strategy)"
    }

    /// Takes the gradient over into the network's; false where the file has none, and then the network's is of no account.
    ///
    /// - Throws: ``FileError``.
    func read<S: Scalar>(into network: Network<S>) throws(FileError) -> Bool {
        guard let file = fopen(path, "re") else { throw FileError(path, doing: "read it") }
        defer { fclose(file) }
        for parameter in network.parameters {
            guard fread(parameter.gradient, MemoryLayout<S>.stride, parameter.count, file) == parameter.count else {
                return false
            }
        }
        var rest = Array(repeating: UInt8(0), count: mark.utf8.count + 1)
        return rest[..<fread(&rest, 1, rest.count, file)].elementsEqual(mark.utf8)
    }

    /// Leaves the network's present gradient in the file.
    ///
    /// - Throws: ``FileError``.
    func write<S: Scalar>(_ network: Network<S>) throws(FileError) {
        guard let file = fopen(path, "we") else { throw FileError(path, doing: "write it") }
        var isWritten = network.parameters.allSatisfy {
            fwrite($0.gradient, MemoryLayout<S>.stride, $0.count, file) == $0.count
        }
        isWritten = isWritten && fputs(mark, file) >= 0
        guard fclose(file) == 0, isWritten else { throw FileError(path, doing: "write it") }
    }
}
