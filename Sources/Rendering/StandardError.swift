/// Standard error: messages, notes, progress; everything that is not data.
public enum StandardError {
    /// Whether standard error is a terminal. Asked once.
    public static let isTerminal = Terminal.isTerminal(2)

    /// Writes `text` as it stands, in one piece; no line feed is added.
    ///
    /// On a terminal everything but the line feeds is made visible (``TerminalText``), so a message may quote
    /// labels, paths and events. Never fails: where standard error is gone there is nobody to tell.
    public static func write(_ text: String) {
        var bytes: [UInt8] = []
        var text = text
        text.withUTF8 { utf8 in
            let raw = UnsafeRawBufferPointer(utf8)
            if isTerminal {
                TerminalText.appendEscaped(raw, keeping: UInt8(ascii: "\n"), to: &bytes)
            } else {
                bytes.append(contentsOf: raw)
            }
        }
        TerminalLine.withClearedLine {
            bytes.withUnsafeBytes { _ = writeAll(2, $0) }
        }
    }

    /// Erases a progress bar that stands there; before the process exits on Ctrl-C.
    public static func clearProgress() {
        TerminalLine.clear()
    }

    /// ``write(_:)`` with a line feed after it.
    public static func writeLine(_ text: String) {
        write(text + "\n")
    }
}
