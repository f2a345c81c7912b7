/// Writes events as their own bytes or as citations.
///
/// A pipe or file gets the bytes verbatim; a terminal gets them made visible, in a form that is still the same JSON.
public struct EventWriter {
    private let sink: OutputSink
    private var line: [UInt8] = []

    public init(sink: OutputSink) {
        self.sink = sink
    }

    /// `--format jsonl` and `raw`: the event's bytes and a line feed.
    ///
    /// - Parameter event: the line without its line feed; a carriage return before that belongs to the event.
    /// - Throws: ``ClosedPipe``, ``RenderingError``.
    public mutating func write(event: UnsafeRawBufferPointer) throws {
        line.removeAll(keepingCapacity: true)
        if sink.isTerminal {
            TerminalText.appendEscaped(event, style: .json, to: &line)
        } else {
            line.append(contentsOf: event)
        }
        line.append(UInt8(ascii: "\n"))
        try sink.writeVerbatim(line)
    }

    /// `--format ids`: `LABEL:LINE`.
    ///
    /// - Parameter lineNumber: 1-based.
    /// - Throws: ``ClosedPipe``, ``RenderingError``.
    public mutating func write(label: String, lineNumber: Int) throws {
        try sink.write("\(label):\(lineNumber)\n")
    }
}
