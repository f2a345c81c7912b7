import Archive
import Crypto
import Gzip

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The beginning of one source: whole lines, and how much of the file they take.
struct SourceSample {
    /// Bytes of the file.
    let sourceBytes: UInt64
    /// Decompressed bytes for each byte of the file.
    let expansion: Double
    /// Whole lines with their line feeds; also the last one if it has none and the file ends there.
    let lines: RawMemory
    /// Bytes looked at; more than the lines have if a line was cut.
    let contentBytes: Int
    /// Seconds that one decompressed byte takes the reading thread: reading, inflating, two digests.
    let secondsPerByte: Double

    /// Reads at most `limit` decompressed bytes.
    ///
    /// - Returns: nil for what is no regular file (it can be read once only), cannot be read, or is empty. The ingest
    ///   will say what is wrong with it.
    static func take(_ path: String, limit: Int) -> SourceSample? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size > 0 else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let started = Clock.seconds()
        var sourceHasher = SHA256()
        var contentHasher = SHA256()
        guard
            let reader = try? ContentReader(
                descriptor: descriptor, bufferSize: 64 << 10,
                onSource: { sourceHasher.update(bufferPointer: $0) })
        else { return nil }
        let memory = RawMemory(capacity: limit)
        var isWhole = false
        while memory.count < limit {
            let room = UnsafeMutableRawBufferPointer(start: memory.base + memory.count, count: limit - memory.count)
            guard let count = try? reader.read(into: room) else { return nil }
            if count == 0 {
                isWhole = true
                break
            }
            memory.count += count
        }
        guard memory.count > 0, reader.sourceBytes > 0 else { return nil }
        contentHasher.update(bufferPointer: UnsafeRawBufferPointer(start: memory.base, count: memory.count))
        _ = (sourceHasher.finalize(), contentHasher.finalize())
        let seconds = Clock.seconds() - started
        let contentBytes = memory.count
        if !isWhole {
            while memory.count > 0, memory.base[memory.count - 1] != 0x0A { memory.count -= 1 }
        }
        // A file that was read to its end counts as a whole, whatever stands behind the place where decoding stopped.
        let consumed = isWhole ? UInt64(info.st_size) : reader.sourceBytes
        return SourceSample(
            sourceBytes: UInt64(info.st_size), expansion: Double(contentBytes) / Double(consumed), lines: memory,
            contentBytes: contentBytes, secondsPerByte: seconds / Double(contentBytes))
    }
}
