import ArgumentParser

/// A path on the command line: the one rule for every option and argument that names one. An empty one, as of a variable
/// that is not set, would name the root or the present directory.
func pathArgument(_ text: String) throws -> String {
    guard !text.isEmpty else { throw ValidationError("a path is empty; allowed: the name of a file or directory") }
    return text
}
