/// A text as a row of symbols, numbered from 0: its bytes, or its characters.
enum Text: Sendable {
    case bytes(TextBytes)
    case characters(TextCharacters)

    /// - Parameter classes: how many symbols there may be.
    /// - Throws: ``TaskDataError`` when the file cannot be read as such, or has more.
    init(_ path: String, encoding: TextEncoding, classes: Int) throws(TaskDataError) {
        let bytes = try TextBytes(path)
        switch encoding {
        case .bytes: self = .bytes(bytes)
        case .utf8:
            let characters = try TextCharacters(bytes)
            guard characters.alphabet <= classes else {
                throw .unfit(
                    path: path,
                    "has \(characters.alphabet) different characters, and 'input' is \(classes); allowed: at least "
                        + "\(characters.alphabet)")
            }
            self = .characters(characters)
        }
    }

    /// The bytes, whatever they are read as.
    var bytes: TextBytes {
        switch self {
        case .bytes(let bytes): bytes
        case .characters(let characters): characters.bytes
        }
    }

    var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .characters(let characters): characters.count
        }
    }

    subscript(place: Int) -> Int {
        switch self {
        case .bytes(let bytes): Int(bytes[place])
        case .characters(let characters): characters[place]
        }
    }
}
