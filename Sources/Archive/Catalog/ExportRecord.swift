/// Damage of a download, as found at its first reading.
public struct DamageRecord: Sendable, Codable, Equatable {
    /// `truncated`, `badData`, `crcMismatch`, `trailingGarbage` …
    public var reason: String
    /// A sentence for people.
    public var detail: String
    /// Where decoding stopped, bytes in the downloaded file.
    public var sourceOffset: UInt64
    /// Content bytes decoded before it stopped.
    public var contentOffset: UInt64
    /// Content bytes up to the last gzip member whose checksum and length passed.
    public var verifiedBytes: UInt64
    /// Whole lines inside the verified content; the lines after it are unverified.
    public var verifiedLines: UInt64
    /// True when content is missing or unverified (not for mere trailing garbage).
    public var isPartial: Bool

    public init(
        reason: String, detail: String, sourceOffset: UInt64, contentOffset: UInt64, verifiedBytes: UInt64,
        verifiedLines: UInt64, isPartial: Bool
    ) {
        self.reason = reason
        self.detail = detail
        self.sourceOffset = sourceOffset
        self.contentOffset = contentOffset
        self.verifiedBytes = verifiedBytes
        self.verifiedLines = verifiedLines
        self.isPartial = isPartial
    }
}

/// One export in the archive.
public struct ExportRecord: Sendable, Equatable, Identifiable {
    public var id: Int64 = 0
    public var label: String
    /// SHA-256 of the decompressed content.
    public var digest: [UInt8]
    /// SHA-256 of the file as downloaded.
    public var sourceDigest: [UInt8]
    public var fileName: String
    public var jobID: String?
    public var note: String?
    /// Microseconds since 1970.
    public var ingestedAt: Int64
    public var toolVersion: String
    /// The names given with `--fields`, nil for all.
    public var fields: [String]?
    public var lines: UInt64
    public var events: UInt64
    public var rejects: UInt64
    public var blanks: UInt64
    public var undated: UInt64
    /// Bytes of the content.
    public var contentBytes: UInt64
    /// Bytes of the file as downloaded.
    public var sourceBytes: UInt64
    /// Microseconds; nil if no event has a time.
    public var minTime: Int64?
    public var maxTime: Int64?
    public var endsWithNewline: Bool
    /// Root of the Merkle tree over the lines.
    public var merkleRoot: [UInt8]
    public var damage: DamageRecord?
    /// SHA-256 and length of the content without its unfinished last line: what a whole download must begin with.
    public var prefixDigest: [UInt8]
    public var prefixBytes: UInt64

    public init(
        label: String, digest: [UInt8], sourceDigest: [UInt8], fileName: String, jobID: String?, note: String?,
        ingestedAt: Int64, toolVersion: String, fields: [String]?, lines: UInt64, events: UInt64, rejects: UInt64,
        blanks: UInt64, undated: UInt64, contentBytes: UInt64, sourceBytes: UInt64, minTime: Int64?, maxTime: Int64?,
        endsWithNewline: Bool, merkleRoot: [UInt8], damage: DamageRecord?, prefixDigest: [UInt8], prefixBytes: UInt64
    ) {
        self.label = label
        self.digest = digest
        self.sourceDigest = sourceDigest
        self.fileName = fileName
        self.jobID = jobID
        self.note = note
        self.ingestedAt = ingestedAt
        self.toolVersion = toolVersion
        self.fields = fields
        self.lines = lines
        self.events = events
        self.rejects = rejects
        self.blanks = blanks
        self.undated = undated
        self.contentBytes = contentBytes
        self.sourceBytes = sourceBytes
        self.minTime = minTime
        self.maxTime = maxTime
        self.endsWithNewline = endsWithNewline
        self.merkleRoot = merkleRoot
        self.damage = damage
        self.prefixDigest = prefixDigest
        self.prefixBytes = prefixBytes
    }

    /// Content is missing or unverified.
    public var isPartial: Bool { damage?.isPartial ?? false }
}

/// One partition as the catalog knows it.
public struct PartitionRecord: Sendable, Equatable, Identifiable {
    public var id: Int64 = 0
    public var exportID: Int64
    public var number: Int
    /// Plain name inside `partitions/`.
    public var file: String
    public var digest: [UInt8]
    /// Bytes of the file.
    public var bytes: UInt64
    public var events: Int
    public var undated: Int
    public var rawBytes: UInt64
    public var firstLine: UInt64
    public var lastLine: UInt64
    /// Microseconds; nil if no event has a time.
    public var minTime: Int64?
    public var maxTime: Int64?
    public var blocks: Int
    public var terms: Int
    public var allIndexed: Bool
    /// The partition that keeps rejects, blank lines, Merkle roots and facts of the export.
    public var holdsRemainder: Bool

    public init(
        exportID: Int64, number: Int, file: String, digest: [UInt8], bytes: UInt64, events: Int, undated: Int,
        rawBytes: UInt64, firstLine: UInt64, lastLine: UInt64, minTime: Int64?, maxTime: Int64?, blocks: Int,
        terms: Int, allIndexed: Bool, holdsRemainder: Bool
    ) {
        self.exportID = exportID
        self.number = number
        self.file = file
        self.digest = digest
        self.bytes = bytes
        self.events = events
        self.undated = undated
        self.rawBytes = rawBytes
        self.firstLine = firstLine
        self.lastLine = lastLine
        self.minTime = minTime
        self.maxTime = maxTime
        self.blocks = blocks
        self.terms = terms
        self.allIndexed = allIndexed
        self.holdsRemainder = holdsRemainder
    }
}
