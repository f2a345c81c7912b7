import Crypto
import FoundationEssentials

/// Proof that a line stood in an export: the line's bytes and the hashes beside it in the export's Merkle tree.
///
/// It says that whoever knew the root when it was recorded knew this line with this number. It needs no archive to be
/// checked, only the root from a source one trusts. The file is described in `docs/evidence.md`; `docs/verify_proof.py`
/// checks it too.
public struct LineProof: Sendable, Equatable {
    public static let format = "coldtrail-proof"
    public static let version = 1
    /// Bytes of the largest proof that is read: a line of 64 MiB in base64, and what surrounds it.
    public static let sizeLimit = 96 << 20

    /// The export's label when the proof was made.
    public var label: String
    /// SHA-256 of the export's content.
    public var digest: [UInt8]
    /// SHA-256 of the file as downloaded.
    public var sourceDigest: [UInt8]
    /// Lines of the export.
    public var lines: UInt64
    /// The line's number, from 1.
    public var line: UInt64
    /// The line without its line feed.
    public var bytes: [UInt8]
    /// From the leaf up, 32 bytes each.
    public var siblings: [[UInt8]]
    public var root: [UInt8]
    /// Version of the tool that made it.
    public var tool: String

    public init(
        label: String, digest: [UInt8], sourceDigest: [UInt8], lines: UInt64, line: UInt64, bytes: [UInt8],
        siblings: [[UInt8]], root: [UInt8], tool: String
    ) {
        self.label = label
        self.digest = digest
        self.sourceDigest = sourceDigest
        self.lines = lines
        self.line = line
        self.bytes = bytes
        self.siblings = siblings
        self.root = root
        self.tool = tool
    }

    /// What is wrong with the proof; nil: the line leads to the root.
    ///
    /// - Parameter expectedRoot: the root from elsewhere; nil: the proof's own.
    public func problem(expectedRoot: [UInt8]? = nil) -> String? {
        let leaf = bytes.withUnsafeBytes { MerklePath.leaf(line: line, $0) }
        guard line >= 1, line <= lines,
            let found = MerklePath.root(of: leaf, index: line - 1, count: lines, siblings: siblings)
        else { return "the number of hashes does not fit line \(line) of \(lines)" }
        guard found == root else { return "line \(line) and the hashes beside it do not lead to the root" }
        guard let expectedRoot, expectedRoot != root else { return nil }
        return "the proof leads to the root \(Hex.text(root)), not to \(Hex.text(expectedRoot))"
    }

    // MARK: The file

    /// The members of the file but the checksum, in ascending order of their names. All are ASCII without characters that
    /// JSON escapes.
    private var members: [(name: String, json: String)] {
        func quoted(_ text: String) -> String { "\"\(text)\"" }
        return [
            ("bytes_base64", quoted(Data(bytes).base64EncodedString())),
            ("content_sha256", quoted(Hex.text(digest))),
            ("export", quoted(label)), ("format", quoted(Self.format)), ("line", String(line)),
            ("lines", String(lines)), ("merkle_root", quoted(Hex.text(root))),
            ("siblings", "[" + siblings.map { quoted(Hex.text($0)) }.joined(separator: ",") + "]"),
            ("source_sha256", quoted(Hex.text(sourceDigest))), ("tool", quoted(tool)),
            ("version", String(Self.version)),
        ]
    }

    /// SHA-256 over the members as compact JSON with sorted names: it tells a damaged file, not a forged one.
    private var checksum: String {
        let body = "{" + members.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",") + "}"
        return Hex.text(SHA256.hash(data: Array(body.utf8)))
    }

    /// The file's text: the same proof always gives the same bytes.
    public var text: String {
        let all = members + [("checksum", "\"\(checksum)\"")]
        return "{\n" + all.map { "  \"\($0.name)\": \($0.json)" }.joined(separator: ",\n") + "\n}\n"
    }

    private struct File: Decodable {
        var bytes_base64: String
        var content_sha256: String
        var export: String
        var line: UInt64
        var lines: UInt64
        var merkle_root: String
        var siblings: [String]
        var source_sha256: String
        var tool: String
        var version: Int
    }

    /// Reads a proof's file. Anything but what `text` would write is refused, so no changed bit passes.
    ///
    /// - Throws: `ArchiveError` `.damaged`, or `.newerFormat`.
    public init(text: [UInt8], path: String) throws(ArchiveError) {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: Data(text))
        } catch {
            throw ArchiveError(.damaged, "this is not a proof written by `coldtrail prove`", path: path)
        }
        guard file.version <= Self.version else {
            throw ArchiveError(
                .newerFormat, "the proof has version \(file.version), this coldtrail reads \(Self.version)", path: path,
                remedy: "use a newer coldtrail")
        }
        guard let bytes = Data(base64Encoded: file.bytes_base64), let digest = Hex.digest(file.content_sha256),
            let source = Hex.digest(file.source_sha256), let root = Hex.digest(file.merkle_root)
        else { throw ArchiveError(.damaged, "a hash or the line's bytes are not readable", path: path) }
        let siblings = file.siblings.compactMap { Hex.digest($0) }
        guard siblings.count == file.siblings.count, siblings.count <= 64 else {
            throw ArchiveError(.damaged, "a hash beside the line is not readable", path: path)
        }
        self.init(
            label: file.export, digest: digest, sourceDigest: source, lines: file.lines, line: file.line,
            bytes: Array(bytes), siblings: siblings, root: root, tool: file.tool)
        guard self.text.utf8.elementsEqual(text) else {
            throw ArchiveError(
                .damaged, "the proof was changed since it was written: its checksum or its layout is wrong", path: path)
        }
    }
}

extension Hex {
    /// The 32 bytes of 64 hexadecimal digits; nil for any other text.
    public static func digest(_ text: String) -> [UInt8]? {
        guard text.utf8.count == 64 else { return nil }
        return bytes(text)
    }

    /// The bytes of an even number of hexadecimal digits; nil for any other text.
    public static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { byte -> UInt8? in
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x61...0x66: byte - 0x57
            case 0x41...0x46: byte - 0x37
            default: nil
            }
        }
        guard digits.count % 2 == 0 else { return nil }
        var out: [UInt8] = []
        for at in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[at], let low = digits[at + 1] else { return nil }
            out.append(high << 4 | low)
        }
        return out
    }
}
