import Archive

/// What an ingest is told.
public struct IngestOptions: Sendable {
    /// Fields that get columns and whose text is indexed; nil for all.
    public var fields: [String]?
    public var label: String?
    public var jobID: String?
    public var note: String?
    public var custody = Custody()
    /// The SHA-256 that the file, or its content, must have; anything else is not archived.
    public var expectedDigest: [UInt8]?
    /// Keep the download itself in the archive.
    public var keepsSource = false
    /// Worker threads.
    public var jobs: Int
    /// Peak memory of the process in bytes; only decides what is spilled to disk, never a byte of a partition.
    public var memory: Int
    public var shared: Bool
    /// Build exports that are in the archive anew.
    public var rebuild: Bool
    /// Go on into the disk's reserve.
    public var force: Bool
    /// Microseconds since 1970, for the catalog's "ingested at".
    public var now: Int64
    public var toolVersion: String

    var selection: Set<[UInt8]>? { fields.map { Set($0.map { Array($0.utf8) }) } }

    public init(
        fields: [String]? = nil, label: String? = nil, jobID: String? = nil, note: String? = nil, jobs: Int,
        memory: Int = 512 << 20, shared: Bool = false, rebuild: Bool = false, force: Bool = false, now: Int64,
        toolVersion: String
    ) {
        self.fields = fields
        self.label = label
        self.jobID = jobID
        self.note = note
        self.jobs = jobs
        self.memory = memory
        self.shared = shared
        self.rebuild = rebuild
        self.force = force
        self.now = now
        self.toolVersion = toolVersion
    }
}

/// A source of one export.
public enum IngestSource: Sendable, Equatable {
    case file(String)
    case standardInput

    /// The name recorded for the export.
    public var name: String {
        switch self {
        case .file(let path): String(path.split(separator: "/", omittingEmptySubsequences: true).last ?? "export")
        case .standardInput: "stdin"
        }
    }
}

/// How far an ingest is; counters over all its files. Files that are in the archive already are not counted.
public struct IngestProgress: Sendable {
    /// Bytes read; the work on them may still be to do.
    public var sourceBytesDone: UInt64
    /// Nil when a source's size is unknown (standard input).
    public var sourceBytesTotal: UInt64?
    public var events: UInt64
    public var contentBytes: UInt64
    /// Of all the work, 0...1, also of what follows the last byte read: closing partitions, syncing. Never goes back;
    /// nil if the total is not known.
    public var share: Double?
}

/// What became of one source.
public enum IngestOutcome: Sendable {
    /// In the archive now.
    case ingested(IngestSummary)
    /// It was in already. `message` is set if options differ.
    case alreadyIn(label: String, message: String?)
    /// Could not be done; the archive is as before.
    case failed(String)
}

/// Figures of one ingested export.
public struct IngestSummary: Sendable {
    public var label: String
    public var digest: [UInt8]
    public var lines: UInt64
    public var events: UInt64
    public var rejects: UInt64
    public var blanks: UInt64
    public var undated: UInt64
    public var minTime: Int64?
    public var maxTime: Int64?
    public var contentBytes: UInt64
    public var sourceBytes: UInt64
    /// Bytes of its partitions.
    public var archiveBytes: UInt64
    public var partitions: Int
    public var damage: String?
    public var isPartial: Bool
    /// Lines that are searchable but not covered by a checksum of the download.
    public var unverifiedLines: ClosedRange<UInt64>?
    /// The label of the partial export that this one completed.
    public var completed: String?
    /// Partial exports whose content this one does not continue, though the name suggests it.
    public var message: String?
    public var seconds: Double
}
