/// What an ingest will cost, told from the beginnings of its sources.
public struct IngestEstimate: Sendable, Equatable {
    /// Sources that are counted in: files that are not in the archive yet.
    public var sources: Int
    /// Bytes of these files, as they are (compressed).
    public var sourceBytes: UInt64
    public var events: UInt64
    /// Bytes of decompressed content.
    public var contentBytes: UInt64
    /// Bytes that the archive will grow by.
    public var archiveBytes: UInt64
    /// Bytes that wait on disk, beside the archive, when most of them do.
    public var temporaryBytes: UInt64
    /// Peak memory of the process, bytes.
    public var memoryBytes: UInt64
    public var seconds: Double

    /// Free bytes that the ingest needs on the archive's disk.
    public var diskBytes: UInt64 { archiveBytes + temporaryBytes }
}
