import Crypto
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The append-only, hash-chained record of everything that changed the archive.
///
/// A record is one JSON line with sorted keys; `previous` is the SHA-256 of the line before (64 zeros for the first).
/// Records are written in the catalog's transaction and then appended to `audit.log`; a writer that finds the file
/// shorter than the catalog's list appends what is missing.
public enum AuditLog {
    public static let fileName = "audit.log"

    /// The line for a new record.
    public static func record(_ facts: [String: String], after last: String?) throws -> String {
        try record(
            facts,
            afterDigest: last.map { Hex.text(SHA256.hash(data: Array($0.utf8))) } ?? String(repeating: "0", count: 64))
    }

    /// The line for a new record after the one with this SHA-256 (hexadecimal).
    public static func record(_ facts: [String: String], afterDigest previous: String) throws -> String {
        var record = facts
        record["previous"] = previous
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(record), as: UTF8.self)
    }

    /// Appends what the file in a folder lacks of these records.
    static func catchUp(folder: String, records: [String], shared: Bool) throws {
        let path = folder + "/" + fileName
        let wanted = records.map { $0 + "\n" }.joined()
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, shared ? 0o644 : 0o600)
        guard descriptor >= 0 else { throw ArchiveError.system("cannot open the audit log", path: path) }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            throw ArchiveError(.hostile, "the audit log is not a plain file", path: path)
        }
        let size = Int(info.st_size)
        let bytes = Array(wanted.utf8)
        guard size < bytes.count else { return }
        var present = [UInt8](repeating: 0, count: size)
        guard pread(descriptor, &present, size, 0) == size else {
            throw ArchiveError.system("cannot read the audit log", path: path)
        }
        guard present.elementsEqual(bytes[..<size]) else {
            throw ArchiveError(
                .damaged, "the audit log does not agree with the catalog", path: path,
                remedy: "keep a copy of both and compare them before going on")
        }
        try write(Array(bytes[size...]), at: size, descriptor, path)
    }

    /// Appends a record to a file that holds all those before it, so that a thousand exports do not read it a thousand times.
    ///
    /// - Parameter size: the file's bytes, as `catchUp` left it.
    /// - Returns: false, with nothing done, if the file is not of this size: then `catchUp` must look at it.
    static func append(_ record: String, at size: Int, archive: String) throws -> Bool {
        let path = archive + "/" + fileName
        let descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size == off_t(size) else {
            return false
        }
        try write(Array((record + "\n").utf8), at: size, descriptor, path)
        return true
    }

    private static func write(_ bytes: [UInt8], at size: Int, _ descriptor: Int32, _ path: String) throws {
        Fault.point(.audit)
        guard pwrite(descriptor, bytes, bytes.count, off_t(size)) == bytes.count, fsync(descriptor) == 0 else {
            throw ArchiveError.system("cannot append to the audit log", path: path)
        }
        Fault.point(.audit)
    }
}
