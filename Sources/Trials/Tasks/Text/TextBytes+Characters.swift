extension TextBytes {
    /// The Unicode scalar that begins at a place, and its bytes; nil where none does (The Unicode Standard, table 3-7).
    func character(at place: Int) -> (value: UInt32, bytes: Int)? {
        let first = self[place]
        let length: Int
        switch first {
        case ..<0x80: return (UInt32(first), 1)
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF: length = 3
        case 0xF0...0xF4: length = 4
        default: return nil
        }
        guard place + length <= count else { return nil }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for byte in 1..<length {
            guard continues(place + byte) else { return nil }
            value = value << 6 | UInt32(self[place + byte] & 0x3F)
        }
        // What fewer bytes could have said is none, nor are surrogates and what is beyond the last plane.
        let least: UInt32 = length == 4 ? 0x1_0000 : length == 3 ? 0x800 : 0x80
        guard value >= least, Unicode.Scalar(value) != nil else { return nil }
        return (value, length)
    }

    /// Where a character begins.
    ///
    /// - Parameters:
    ///   - number: how many characters on from where it is counted; that many there must be, and one more.
    ///   - start: where one begins.
    func place(ofCharacter number: Int, from start: Int) -> Int {
        var (place, left) = (start, number)
        // Eight bytes begin eight characters at most. One more is there: so are the bytes.
        while left >= 8 {
            let bytes = word(at: place)
            let continuing = bytes >> 7 & ~(bytes >> 6) & 0x0101_0101_0101_0101
            left -= 8 - continuing.nonzeroBitCount
            place += 8
        }
        while continues(place) { place += 1 }
        while left > 0 {
            place += 1
            if !continues(place) { left -= 1 }
        }
        return place
    }

    /// Whether a byte is within a character: 10xxxxxx.
    private func continues(_ place: Int) -> Bool { self[place] & 0xC0 == 0x80 }
}
