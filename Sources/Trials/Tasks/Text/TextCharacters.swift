/// A text in UTF-8 as the characters that it is made of, Unicode scalars, numbered among those that it has, by value.
///
/// One pass at the opening sees that all of it is UTF-8, and notes where every 256th character begins. What is noted is in
/// separate pages, at most a 32nd of the text; it is in none of the figures.
///
/// - Complexity: a character is found within 256, eight bytes at a time.
package final class TextCharacters: Sendable {
    let bytes: TextBytes
    /// Where the characters 0, 256, 512, … begin.
    private let starts: AnonymousMapping<Int>
    private let characters: CharacterSet
    package let count: Int

    private static let stride = 256

    /// - Throws: ``TaskDataError`` when the bytes are not UTF-8.
    package init(_ bytes: TextBytes) throws(TaskDataError) {
        var characters = try CharacterSet(for: bytes.path)
        // No character is shorter than a byte.
        let starts = try AnonymousMapping<Int>((bytes.count - 1) / TextCharacters.stride + 1, for: bytes.path)
        var (place, count) = (0, 0)
        while place < bytes.count {
            guard let character = bytes.character(at: place) else {
                throw .unfit(
                    path: bytes.path,
                    "is not UTF-8: no character begins at byte \(place), counted from 0; without 'encoding=utf8' it is "
                        + "read byte by byte")
            }
            if count.isMultiple(of: TextCharacters.stride) { starts[count / TextCharacters.stride] = place }
            characters.insert(character.value)
            place += character.bytes
            count += 1
        }
        characters.number()
        bytes.release()
        self.bytes = bytes
        self.starts = starts
        self.characters = characters
        self.count = count
    }

    /// How many different characters there are.
    package var alphabet: Int { characters.count }

    /// The number of a character, by its place among all.
    package subscript(place: Int) -> Int {
        precondition(place >= 0 && place < count)
        let start = bytes.place(
            ofCharacter: place % TextCharacters.stride, from: starts[place / TextCharacters.stride])
        guard let character = bytes.character(at: start), let number = characters[character.value] else {
            bytes.endAsChanged()
        }
        return number
    }
}
