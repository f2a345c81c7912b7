/// Where the data of a command goes: standard output, or the file of `-o`.
///
/// Buffered; belongs to one thread. ``finish()`` must be called at the end: until then an output file does not
/// exist under its name, and if the sink goes away without it (an error, a closed pipe), nothing is left of it.
public final class OutputSink {
    private enum Target {
        case standardOutput
        case file(OutputFile)
        case ended
    }

    /// Bytes gathered before they are written.
    private static let capacity = 1 << 16

    /// Whether what is written is seen by a person, and so must be made visible (``TerminalText``).
    public let isTerminal: Bool
    /// Bytes accepted so far.
    public private(set) var bytesWritten = 0
    private var target: Target
    private var buffer: [UInt8] = []

    /// The file of `-o`, or standard output for nil, `-` and `/dev/stdout`.
    ///
    /// - Parameters:
    ///   - force: replace an existing file.
    ///   - isTerminal: asked of the system if nil.
    /// - Throws: ``RenderingError`` if the file exists (without `force`), is a folder or a symbolic link, or cannot
    ///   be created.
    public init(path: String? = nil, force: Bool = false, isTerminal: Bool? = nil) throws(RenderingError) {
        if let path, path != "-", path != "/dev/stdout" {
            let file = try OutputFile(path: path, force: force)
            target = .file(file)
            self.isTerminal = isTerminal ?? Terminal.isTerminal(file.descriptor)
        } else {
            target = .standardOutput
            self.isTerminal = isTerminal ?? Terminal.isTerminal(1)
        }
        buffer.reserveCapacity(OutputSink.capacity)
    }

    deinit {
        if case .file(let file) = target { file.discard() }
    }

    /// Columns of the terminal, nil if this is not one.
    public var terminalColumns: Int? {
        guard isTerminal else { return nil }
        return Terminal.columns(descriptor ?? 1)
    }

    /// Writes text; on a terminal, everything but its line feeds is made visible.
    ///
    /// - Throws: ``ClosedPipe``, or ``RenderingError`` `.writeFailed`.
    public func write(_ text: String) throws {
        var text = text
        try text.withUTF8 { utf8 in
            let raw = UnsafeRawBufferPointer(utf8)
            guard isTerminal else { return try writeVerbatim(raw) }
            var safe: [UInt8] = []
            TerminalText.appendEscaped(raw, keeping: UInt8(ascii: "\n"), to: &safe)
            try writeVerbatim(safe)
        }
    }

    /// Writes bytes as they are, also on a terminal: the caller has made them safe, or has asked for no terminal.
    ///
    /// - Throws: ``ClosedPipe``, or ``RenderingError`` `.writeFailed`.
    public func writeVerbatim(_ bytes: UnsafeRawBufferPointer) throws {
        precondition(descriptor != nil, "a write after OutputSink.finish()")
        bytesWritten += bytes.count
        OutputTap.shared.see(bytes)
        if buffer.count + bytes.count > OutputSink.capacity { try flush() }
        if bytes.count >= OutputSink.capacity {
            try put(bytes)
        } else {
            buffer.append(contentsOf: bytes)
        }
        // A person sees each line when it is there.
        if isTerminal, bytes.last == UInt8(ascii: "\n") { try flush() }
    }

    /// Writes bytes as they are; see ``writeVerbatim(_:)-(UnsafeRawBufferPointer)``.
    public func writeVerbatim(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try writeVerbatim($0) }
    }

    /// Hands over what is buffered.
    public func flush() throws {
        guard !buffer.isEmpty else { return }
        // Emptied also when the write fails: the same bytes must not be tried twice.
        defer { buffer.removeAll(keepingCapacity: true) }
        try buffer.withUnsafeBytes { try put($0) }
    }

    /// Writes what is left, and gives an output file its name. Further writes are a programming error.
    ///
    /// - Throws: ``ClosedPipe``, or ``RenderingError`` (disk full, the name was taken meanwhile).
    public func finish() throws {
        try flush()
        defer { target = .ended }
        if case .file(let file) = target {
            target = .ended
            try file.commit()
        }
    }

    private var descriptor: Int32? {
        switch target {
        case .standardOutput: 1
        case .file(let file): file.descriptor
        case .ended: nil
        }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws {
        guard let descriptor else { return }
        let code =
            if isTerminal {
                TerminalLine.withClearedLine { writeAll(descriptor, bytes) }
            } else {
                writeAll(descriptor, bytes)
            }
        if code == 0 { return }
        if code == brokenPipe { throw ClosedPipe() }
        throw RenderingError(.writeFailed, "cannot write to \(targetName)", systemError: code)
    }

    private var targetName: String {
        switch target {
        case .standardOutput, .ended: "standard output"
        case .file(let file): file.path
        }
    }
}
