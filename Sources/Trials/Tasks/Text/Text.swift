/// A text as a row of symbols, numbered from 0: its bytes, or its characters.
package enum Text: Sendable {
    case bytes(TextBytes)
    case characters(TextCharacters)

    /// - Parameter classes: how many symbols there may be.
    /// - Throws: ``TextError`` when the file cannot be read as such, or has more.
    package init(_ path: String, encoding: TextEncoding, classes: Int) throws(TextError) {
        let bytes = try TextBytes(path)
        switch encoding {
        case .bytes: self = .bytes(bytes)
        case .utf8:
            let characters = try TextCharacters(bytes)
            guard characters.alphabet <= classes else {
                throw .alphabet(path: path, characters: characters.alphabet, classes: classes)
            }
            self = .characters(characters)
        }
    }

    /// The bytes, whatever they are read as.
    package var bytes: TextBytes {
        switch self {
        case .bytes(let bytes): bytes
        case .characters(let characters): characters.bytes
        }
    }

    package var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .characters(let characters): characters.count
        }
    }

    package subscript(place: Int) -> Int {
        switch self {
        case .bytes(let bytes): Int(bytes[place])
        case .characters(let characters): characters[place]
        }
    }
}
