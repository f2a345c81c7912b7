/// The part of a query that is shown above the caret of an error: one line, at most about `width` characters.
struct QueryWindow {
    /// What fits beside a two-space indent on a narrow terminal.
    static let width = 70
    /// How much of the width goes to what stands before the column, if both sides are cut.
    private static let before = 45

    /// One line: control, format and bidi characters are escaped, what was cut off is an ellipsis.
    var text: String
    /// How many characters of `text` stand before the column.
    var caretIndent: Int

    init(query: String, column: Int) {
        let scalars = query.unicodeScalars
        let focus =
            scalars.index(scalars.startIndex, offsetBy: max(0, column - 1), limitedBy: scalars.endIndex)
            ?? scalars.endIndex
        // Neither side's neighbourhood is walked further than the window can show.
        let left = scalars[..<focus].suffix(Self.width + 1).map(SafeText.escaped)
        let right = scalars[focus...].prefix(Self.width + 1).map(SafeText.escaped)
        let leftWidth = left.reduce(0) { $0 + $1.count }
        let rightWidth = right.reduce(0) { $0 + $1.count }

        // A side that needs less than its share leaves the rest to the other.
        let leftRoom = leftWidth + rightWidth <= Self.width ? leftWidth : max(Self.before, Self.width - rightWidth)
        let shownLeft = Self.fitting(left.reversed(), in: leftRoom).reversed()
        let prefix = (shownLeft.count < left.count ? "…" : "") + shownLeft.joined()
        let shownRight = Self.fitting(right, in: Self.width - shownLeft.reduce(0) { $0 + $1.count })

        // The grapheme count, not the scalar count, so that combining marks do not push the caret away.
        caretIndent = prefix.count
        text = prefix + shownRight.joined() + (shownRight.count < right.count ? "…" : "")
    }

    private static func fitting(_ pieces: some Collection<String>, in room: Int) -> [String] {
        var left = room
        return Array(
            pieces.prefix { piece in
                left -= piece.count
                return left >= 0
            })
    }
}

/// User text made fit for one line of a terminal.
enum SafeText {
    /// The scalar itself, or an escape for one that a terminal would obey or not show.
    static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default:
            return String(scalar)
        }
    }

    /// The beginning of a text, for use inside a message.
    static func excerpt(_ bytes: some Collection<UInt8>) -> String {
        // 40 scalars are at most 160 bytes; a scalar cut by the prefix is cut off again below.
        let scalars = String(decoding: bytes.prefix(164), as: UTF8.self).unicodeScalars
        let shown = scalars.prefix(40).map(escaped).joined()
        return scalars.count > 40 ? shown + "…" : shown
    }
}
