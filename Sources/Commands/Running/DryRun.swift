import Archive
import Ingest
import Rendering

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `ingest --dry-run`: what would be read.
enum DryRun {
    /// Prints file, size, format and whether the archive has it.
    ///
    /// - Throws: `ExitStatus.cannot` if a file cannot be read.
    static func list(_ sources: [IngestSource], archive path: String) throws {
        let archive = try openIfThere(path)
        let sink = try OutputSink()
        var writer = try RowWriter(
            columns: [
                OutputColumn("file"), OutputColumn("size", .right), OutputColumn("format"), OutputColumn("state"),
            ], format: .table, sink: sink)
        var unreadable = 0
        for source in sources {
            switch source {
            case .standardInput:
                try writer.write([.text("-"), .null, .null, .text("read when ingested")])
            case .file(let file):
                do {
                    try writer.write(try cells(file, archive))
                } catch let error as ArchiveError {
                    unreadable += 1
                    StandardError.writeLine("coldtrail: \(error)")
                }
            }
        }
        try writer.finish()
        try sink.finish()
        if unreadable > 0 { throw ExitStatus.cannot }
    }

    private static func openIfThere(_ path: String) throws -> Archive? {
        do {
            return try Archive(path: path)
        } catch let error as ArchiveError where error.code == .notFound {
            return nil
        }
    }

    private static func cells(_ file: String, _ archive: Archive?) throws -> [Cell] {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ArchiveError.system("cannot read", path: file) }
        defer { close(descriptor) }
        var info = stat()
        var magic: [UInt8] = [0, 0]
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            return [.text(file), .null, .null, .text("not a regular file: read when ingested")]
        }
        guard pread(descriptor, &magic, 2, 0) >= 0 else { throw ArchiveError.system("cannot read", path: file) }
        let format = magic == [0x1F, 0x8B] ? "gzip" : "plain"
        let size = UInt64(clamping: info.st_size)
        // The digest is only worth its time if a known export has the same size.
        let sameSize = archive?.exports.filter { $0.sourceBytes == size || $0.contentBytes == size } ?? []
        var state = "new"
        if !sameSize.isEmpty {
            let digest = try FileDigest.sha256(of: file, followingLinks: true).digest
            if let known = sameSize.first(where: { $0.sourceDigest == digest || $0.digest == digest }) {
                state = "known as \(known.label)"
            }
        }
        return [.text(file), .text(HumanText.bytes(Int(clamping: size))), .text(format), .text(state)]
    }
}
