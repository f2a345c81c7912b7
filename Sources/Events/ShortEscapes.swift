/// A spelling that each text has exactly one of: quotes, backslashes and the five control characters that JSON has a
/// letter for are escaped with two characters, all else stands as it is.
///
/// Most writers of JSON spell texts in this way, so that a text of an event can be compared and hashed without decoding it.
public enum ShortEscapes {
    /// What a byte after a backslash stands for; 0 for what is no short escape.
    nonisolated(unsafe) static let meanings: UnsafePointer<UInt8> = {
        // Safe to share: never written again, and never freed.
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        table.initialize(repeating: 0, count: 256)
        for (letter, byte) in pairs { table[Int(letter)] = byte }
        return UnsafePointer(table)
    }()

    /// The letter of a byte that is escaped; 0 for all others.
    private nonisolated(unsafe) static let letters: UnsafePointer<UInt8> = {
        // Safe to share: never written again, and never freed.
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        table.initialize(repeating: 0, count: 256)
        for (letter, byte) in pairs { table[Int(byte)] = letter }
        return UnsafePointer(table)
    }()

    private static let pairs: [(letter: UInt8, byte: UInt8)] = [
        (0x22, 0x22), (0x5C, 0x5C), (0x62, 0x08), (0x66, 0x0C), (0x6E, 0x0A), (0x72, 0x0D), (0x74, 0x09),
    ]

    /// Bytes that are escaped in a text.
    public static func count(in text: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for byte in text where letters[Int(byte)] != 0 { count += 1 }
        return count
    }

    /// Spells a text.
    public static func spell(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.count + text.count / 8)
        for byte in text {
            let letter = letters[Int(byte)]
            if letter == 0 { out.append(byte) } else { out += [0x5C, letter] }
        }
        return out
    }

    /// The text of what `spell` gives, or of an `EventValue` that is spelled.
    public static func text(of spelled: UnsafeRawBufferPointer) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(spelled.count)
        var isEscaped = false
        for byte in spelled {
            if isEscaped {
                out.append(meanings[Int(byte)])
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else {
                out.append(byte)
            }
        }
        return out
    }
}
