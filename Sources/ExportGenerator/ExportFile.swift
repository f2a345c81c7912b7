#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What can go wrong while an export is written.
public struct ExportFileError: Error, CustomStringConvertible, Hashable {
    public var path: String
    /// The system's `errno`.
    public var code: Int32

    public var description: String {
        "\(path): cannot write: \(String(cString: strerror(code)))"
    }
}

extension ExportGenerator {
    /// Writes an export of `count` events.
    ///
    /// - Parameters:
    ///   - path: a file whose name ends in `.gz` is compressed, any other is plain JSON Lines; `-` is standard output, plain.
    ///   - level: gzip level, 0 to 9.
    ///   - truncatedAt: cut the finished file to this percentage (0 to 100) of its bytes, as a broken download does.
    /// - Throws: `ExportFileError`, also when `-` is to be truncated.
    public func write(_ count: Int, to path: String, level: Int = 6, truncatedAt percent: Double? = nil) throws {
        let output = try OutputFile(path: path)
        if path.hasSuffix(".gz") {
            try writeGzip(count, level: level, to: output)
        } else {
            try forEachBatch(count) { try output.write($0) }
        }
        if let percent { try output.truncate(toPercent: percent) }
        try output.close()
    }

    /// One gzip member, its blocks compressed in parallel.
    private func writeGzip(_ count: Int, level: Int, to output: OutputFile) throws {
        var previous: [UInt8] = []
        var checksum = GzipEncoder.Checksum()
        try output.write(GzipEncoder.header)
        try forEachRound(count) { round in
            let last = previous
            let blocks = inParallel(round.count) { index in
                GzipEncoder.block(round[index], after: index == 0 ? last : round[index - 1], level: level)
            }
            for block in blocks {
                checksum.add(block)
                try output.write(block.compressed)
            }
            previous = round.last ?? []
        }
        try output.write(GzipEncoder.end(checksum))
    }
}

/// A file, or standard output, that is written from its beginning.
private final class OutputFile {
    private let path: String
    private var descriptor: Int32
    private var size = 0

    init(path: String) throws {
        self.path = path
        descriptor = path == "-" ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw failure() }
    }

    deinit {
        if descriptor > STDERR_FILENO { _ = systemClose(descriptor) }
    }

    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let written = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
                if written < 0 {
                    if errno == EINTR { continue }
                    throw failure()
                }
                rest = rest.dropFirst(written)
            }
        }
        size += bytes.count
    }

    func truncate(toPercent percent: Double) throws {
        let kept = Double(size) * min(100, max(0, percent)) / 100
        if ftruncate(descriptor, off_t(kept)) != 0 { throw failure() }
    }

    func close() throws {
        guard descriptor > STDERR_FILENO else { return }
        let open = descriptor
        descriptor = -1
        if systemClose(open) != 0 { throw failure() }
    }

    private func failure() -> ExportFileError {
        ExportFileError(path: path == "-" ? "standard output" : path, code: errno)
    }
}

// Inside the class, `write` and `close` are its own methods.

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
    write(descriptor, buffer.baseAddress, buffer.count)
}

private func systemClose(_ descriptor: Int32) -> Int32 {
    close(descriptor)
}
