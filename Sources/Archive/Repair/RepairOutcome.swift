/// What a repair has found and done.
public struct RepairOutcome: Sendable {
    public enum Agreement: Sendable {
        /// To the byte what the audit log recorded.
        case asRecorded
        /// The record is of an older version, which told less; what it tells agrees.
        case untold
        /// Not what the audit log recorded.
        case differs
        /// The audit log does not know the export; it has a new record now.
        case unknown
    }

    public struct Export: Sendable {
        public var record: ExportRecord
        public var partitions: Int
        public var agreement: Agreement
    }

    /// Why the catalog was made anew; nil: it is as it should be, and nothing was done.
    public var reason: String?
    /// In the order of ingest.
    public var exports: [Export] = []
    /// Labels of exports that the audit log says are here, of which no partition is.
    public var missing: [String] = []
    /// Partition files that no export owns: the next ingest removes them.
    public var leftovers: [String] = []
    /// Where the catalog from before is kept; nil: there was none.
    public var oldCatalog: String?
}

extension RepairOutcome {
    mutating func add(_ description: ExportDescription, _ agreement: Agreement) {
        exports.append(
            Export(record: description.export, partitions: description.partitions.count, agreement: agreement))
    }
}
