/// Makes text safe to show on a terminal.
///
/// Log lines are written by attackers too: an escape sequence can rewrite the screen or the clipboard, a bidi
/// control can show `exe.txt` for `txt.exe`. Everything that acts instead of being seen is replaced by a visible
/// escape; a backslash that stands in the text itself is left alone, so the result is for eyes, not for programs.
///
/// Replaced: control characters (C0 with tab, C1, DEL), bidi controls, line and paragraph separators, invisible
/// format characters and tags, and bytes that are not UTF-8. Zero-width joiner and non-joiner stay: scripts and
/// emoji need them.
public enum TerminalText {
    /// How a replaced character is written.
    public enum Style: Hashable, Sendable {
        /// `\x1B` up to U+007F and for stray bytes, `\u{202E}` above.
        case plain
        /// `\u001b`, `\u202e`: inside a JSON string this means the same, so a copied line still works.
        /// Stray bytes are `\xFF`; they are not JSON anyway.
        case json
    }

    public static func escaped(_ text: String) -> String {
        var text = text
        return text.withUTF8 { escaped(UnsafeRawBufferPointer($0)) }
    }

    public static func escaped(_ bytes: UnsafeRawBufferPointer) -> String {
        var out: [UInt8] = []
        appendEscaped(bytes, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// Appends the safe form of `bytes`, which is always valid UTF-8.
    ///
    /// - Parameter kept: a control character that is the program's own here: the line feed of text of several lines,
    ///   the tab between cells.
    public static func appendEscaped(
        _ bytes: UnsafeRawBufferPointer, style: Style = .plain, keeping kept: UInt8? = nil, to out: inout [UInt8]
    ) {
        var index = 0
        // Start of the run of bytes that need no change and have not been copied yet.
        var runStart = 0
        func copyRun() {
            if runStart < index { out.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[runStart..<index])) }
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x20 && byte < 0x7F || byte == kept {
                index += 1
                continue
            }
            guard let (scalar, length) = UTF8Scalar.read(bytes, at: index) else {
                copyRun()
                appendByteEscape(byte, to: &out)
                index += 1
                runStart = index
                continue
            }
            if actsInsteadOfShowing(scalar) {
                copyRun()
                appendEscape(scalar, style: style, to: &out)
                index += length
                runStart = index
            } else {
                index += length
            }
        }
        copyRun()
    }

    /// Whether a terminal would act on the scalar, or show nothing where something stands.
    static func actsInsteadOfShowing(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x00...0x1F, 0x7F...0x9F: true  // C0, DEL, C1
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // bidi controls
        case 0x2028, 0x2029: true  // line and paragraph separator
        case 0x200B, 0x2060...0x2065, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFB, 0x180E: true  // invisible format
        case 0xE0000...0xE007F: true  // tags: hidden text
        default: false
        }
    }

    private static func appendEscape(_ scalar: UInt32, style: Style, to out: inout [UInt8]) {
        switch style {
        case .plain:
            if scalar < 0x80 { return appendByteEscape(UInt8(scalar), to: &out) }
            out.append(contentsOf: "\\u{\(String(scalar, radix: 16, uppercase: true))}".utf8)
        case .json:
            JSONText.appendUnicodeEscape(scalar, to: &out)
        }
    }

    private static func appendByteEscape(_ byte: UInt8, to out: inout [UInt8]) {
        let digits = String(byte, radix: 16, uppercase: true)
        out.append(contentsOf: (digits.utf8.count == 1 ? "\\x0" : "\\x").utf8)
        out.append(contentsOf: digits.utf8)
    }
}
