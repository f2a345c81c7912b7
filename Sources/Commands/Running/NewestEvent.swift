import Archive
import Events

/// The event from which relative times count.
enum NewestEvent {
    /// The time of the newest event that is not later than its export's ingest: clocks that run ahead, and dates of
    /// the year 2099, must not move the window to where nothing is.
    ///
    /// - Returns: nil if no event qualifies.
    static func time(in archive: Archive, exports: [ExportRecord]) throws -> Instant? {
        var newest: Int64?
        for export in exports {
            let limit = export.ingestedAt
            // Newest first, so that most partitions need not be opened.
            let partitions = archive.partitions(of: export).sorted { ($0.maxTime ?? .min) > ($1.maxTime ?? .min) }
            for partition in partitions {
                guard let low = partition.minTime, let high = partition.maxTime, low <= limit, high > newest ?? .min
                else {
                    continue
                }
                if high <= limit {
                    newest = max(newest ?? .min, high)
                } else if let found = try newestTime(in: archive.open(partition), notAfter: limit) {
                    newest = max(newest ?? .min, found)
                }
            }
        }
        return newest.map { Instant(microseconds: $0) }
    }

    private static func newestTime(in reader: PartitionReader, notAfter limit: Int64) throws -> Int64? {
        var newest: Int64?
        for chunk in 0..<reader.seriesChunks {
            for time in try reader.series(.time, chunk: chunk) where time != undatedTime && time <= limit {
                newest = max(newest ?? .min, time)
            }
        }
        return newest
    }
}
