/// The line of the terminal that a progress bar occupies for a moment.
///
/// Whoever else writes to the terminal clears it first; the bar comes back with its next update.
enum TerminalLine {
    private static let isDrawn = Lock(false)

    /// Carriage return, erase to the end of the line.
    private static let eraser: [UInt8] = [0x0D, 0x1B, 0x5B, 0x4B]

    /// Shows `text` (already safe for a terminal, no line feed) in place of what stood there.
    static func draw(_ text: String) {
        isDrawn.withLock { isDrawn in
            put(eraser + Array(text.utf8))
            isDrawn = true
        }
    }

    static func clear() {
        withClearedLine {}
    }

    /// Runs `body`, which writes to the terminal, on a clean line.
    static func withClearedLine<Result>(_ body: () throws -> Result) rethrows -> Result {
        try isDrawn.withLock { isDrawn in
            if isDrawn { put(eraser) }
            isDrawn = false
            return try body()
        }
    }

    /// Progress is a courtesy: a failing standard error is no reason to stop.
    private static func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { _ = writeAll(2, $0) }
    }
}
