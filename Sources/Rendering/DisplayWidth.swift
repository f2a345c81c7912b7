/// How many columns text takes on a terminal.
///
/// Terminals disagree about emoji; this follows the scalars (as `wcwidth` does) with the sequences most of them
/// show as one: joined emoji, skin tones, flags, and U+FE0F.
public enum DisplayWidth {
    /// Columns of the text. Control characters count 0: escape them first (``TerminalText``).
    public static func of(_ text: String) -> Int {
        if let columns = asciiColumns(text) { return columns }
        var counter = Counter()
        var total = 0
        for scalar in text.unicodeScalars { total += counter.advance(scalar.value) }
        return total
    }

    /// The text, or its longest beginning with `…` after it that fits.
    ///
    /// - Parameter columns: 1 or more; what does not fit is cut between characters, never inside one.
    public static func truncated(_ text: String, to columns: Int) -> String {
        // A byte never takes more than one column.
        if text.utf8.count <= columns { return text }
        var counter = Counter()
        var total = 0
        var cut = text.startIndex
        for index in text.unicodeScalars.indices {
            let scalar = text.unicodeScalars[index].value
            let width = counter.advance(scalar)
            // What takes no column belongs to the character before it, and so does U+FE0F.
            if width > 0, scalar != 0xFE0F, total <= columns - 1 { cut = index }
            total += width
            if total > columns { return text[..<cut] + "…" }
        }
        return text
    }

    /// The text with blanks up to `columns`; wider text stays as it is.
    public static func padded(_ text: String, to columns: Int, alignment: Alignment) -> String {
        let blanks = String(repeating: " ", count: max(0, columns - of(text)))
        return switch alignment {
        case .left: text + blanks
        case .right: blanks + text
        }
    }

    /// The common case, found without decoding: nil if the text is not all printable ASCII.
    private static func asciiColumns(_ text: String) -> Int? {
        text.utf8.withContiguousStorageIfAvailable { bytes -> Int? in
            for byte in bytes where byte < 0x20 || byte >= 0x7F { return nil }
            return bytes.count
        } ?? nil
    }

    /// Walks over scalars and says what each adds.
    private struct Counter {
        private var previous: UInt32 = 0
        private var previousWidth = 0
        private var isAfterJoiner = false
        private var isAfterHalfFlag = false

        mutating func advance(_ scalar: UInt32) -> Int {
            if scalar >= 0x20 && scalar < 0x7F {
                self = Counter()
                previous = scalar
                previousWidth = 1
                return 1
            }
            let width = addedColumns(scalar)
            isAfterHalfFlag = Self.isRegionalIndicator(scalar) && !isAfterHalfFlag
            isAfterJoiner = scalar == 0x200D && previousWidth == 2
            if width > 0 { previousWidth = scalar == 0xFE0F ? 2 : width }
            previous = scalar
            return width
        }

        private func addedColumns(_ scalar: UInt32) -> Int {
            switch scalar {
            // Emoji presentation: widens the narrow symbol before it (☀️), but not a digit.
            case 0xFE0F: return previousWidth == 1 && (0x203C...0x3299).contains(previous) ? 1 : 0
            case 0x1F3FB...0x1F3FF where previousWidth == 2: return 0  // skin tone
            case _ where Self.isRegionalIndicator(scalar): return isAfterHalfFlag ? 0 : 2
            case _ where isAfterJoiner: return 0
            default: return DisplayWidth.of(scalar)
            }
        }

        private static func isRegionalIndicator(_ scalar: UInt32) -> Bool {
            (0x1F1E6...0x1F1FF).contains(scalar)
        }
    }

    /// Columns of a scalar on its own: 0, 1 or 2.
    static func of(_ scalar: UInt32) -> Int {
        if scalar < 0x20 { return 0 }
        if scalar < 0x7F { return 1 }
        if scalar < 0xA0 { return 0 }
        if scalar < 0x300 { return 1 }
        if contains(scalar, in: DisplayWidthTables.zero) { return 0 }
        return contains(scalar, in: DisplayWidthTables.wide) ? 2 : 1
    }

    /// Binary search in pairs of first and last.
    private static func contains(_ scalar: UInt32, in ranges: [UInt32]) -> Bool {
        var low = 0
        var high = ranges.count / 2
        while low < high {
            let middle = (low + high) / 2
            if scalar < ranges[2 * middle] {
                high = middle
            } else if scalar > ranges[2 * middle + 1] {
                low = middle + 1
            } else {
                return true
            }
        }
        return false
    }
}

/// On which side of its column text stands.
public enum Alignment: Hashable, Sendable {
    case left, right
}
