import Archive
import Crypto
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder beside the archive with a record of each question asked: `case.jsonl`, a chain of JSON lines like the audit log.
///
/// Each line is one JSON object with sorted keys whose values are strings; `previous` is the SHA-256 of the record before
/// (64 zeros in the first). A process that is killed in the middle of a line leaves a torn one: the next record begins on a
/// line of its own and names the torn bytes' SHA-256 in `torn`, so that they are seen as what they are.
public struct CaseFolder: Sendable {
    public static let fileName = "case.jsonl"
    /// More than a record a minute for a lifetime.
    private static let sizeLimit = 1 << 30

    public let path: String
    private var file: String { path + "/" + Self.fileName }

    /// - Parameter path: created when something is recorded.
    public init(path: String) {
        self.path = path
    }

    /// One record.
    public struct Record: Sendable {
        /// From 1.
        public var number: Int
        public var facts: [String: String]
        /// SHA-256 of its line, hexadecimal.
        public var digest: String
    }

    /// What the file says.
    public struct Content: Sendable {
        public var records: [Record]
        /// What is wrong with the chain.
        public var problems: [String]
        /// Torn lines that the record after them explains.
        public var torn: Int
        /// SHA-256 of the newest record; zeros if there is none.
        public var head: String { records.last?.digest ?? String(repeating: "0", count: 64) }
    }

    /// Appends a record and waits until it is on disk.
    ///
    /// Several processes may do so at once. A file whose chain is broken is not continued.
    ///
    /// - Throws: `ArchiveError` if the file cannot be written, or is not a case's.
    public func append(_ facts: [String: String]) throws {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw ArchiveError.system("cannot create the case folder", path: path)
        }
        let descriptor = open(file, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ArchiveError.system("cannot open the case's record", path: file) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw ArchiveError.system("cannot lock the case's record", path: file) }
        }
        let bytes = try Self.read(descriptor, file)
        let content = Self.parse(bytes)
        if let problem = content.problems.first {
            throw ArchiveError(
                .damaged, "the case's record is not whole: \(problem)", path: file,
                remedy: "keep it as it is, and go on in another folder")
        }
        var record = facts
        var text = ""
        if let torn = Self.tornEnd(of: bytes) {
            record["torn"] = Hex.text(SHA256.hash(data: torn))
            text = "\n"
        }
        text += try AuditLog.record(record, afterDigest: content.head) + "\n"
        let new = Array(text.utf8)
        guard pwrite(descriptor, new, new.count, off_t(bytes.count)) == new.count, fsync(descriptor) == 0 else {
            throw ArchiveError.system("cannot append to the case's record", path: file)
        }
    }

    /// Reads and checks the record.
    ///
    /// - Throws: `ArchiveError` if there is none, or it cannot be read.
    public func read() throws -> Content {
        let descriptor = open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArchiveError.system("cannot read the case's record", path: file) }
        defer { close(descriptor) }
        let bytes = try Self.read(descriptor, file)
        var content = Self.parse(bytes)
        if Self.tornEnd(of: bytes) != nil { content.torn += 1 }
        return content
    }

    private static func read(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= sizeLimit else {
            throw ArchiveError(.hostile, "not a plain file", path: path)
        }
        var bytes = [UInt8](repeating: 0, count: Int(info.st_size))
        guard pread(descriptor, &bytes, bytes.count, 0) == bytes.count else {
            throw ArchiveError.system("cannot read the case's record", path: path)
        }
        return bytes
    }

    /// What stands behind the last line feed.
    private static func tornEnd(of bytes: [UInt8]) -> [UInt8]? {
        guard let last = bytes.last, last != 0x0A else { return nil }
        return Array(bytes.suffix(from: (bytes.lastIndex(of: 0x0A) ?? -1) + 1))
    }

    private static func parse(_ bytes: [UInt8]) -> Content {
        var content = Content(records: [], problems: [], torn: 0)
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        // The rest behind the last line feed: empty, or torn.
        _ = lines.popLast()
        var torn: [UInt8]?
        for (index, line) in lines.enumerated() {
            let facts = AuditRecords.facts(of: String(decoding: line, as: UTF8.self))
            if facts["previous"] == nil {
                if torn != nil || index == lines.count - 1 { content.problems.append("line \(index + 1) is no record") }
                torn = Array(line)
                continue
            }
            if let torn {
                if facts["torn"] == Hex.text(SHA256.hash(data: torn)) {
                    content.torn += 1
                } else {
                    content.problems.append("line \(index) is no record")
                }
            }
            torn = nil
            if facts["previous"] != content.head {
                content.problems.append(
                    "line \(index + 1) does not follow the record before it: one of them was changed, or one is missing"
                )
            }
            content.records.append(
                Record(
                    number: content.records.count + 1, facts: facts, digest: Hex.text(SHA256.hash(data: Array(line)))))
        }
        return content
    }
}
