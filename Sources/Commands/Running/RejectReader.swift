import Archive

/// Reads the rejects of an export, part by part: a single one may be larger than memory.
struct RejectReader {
    let archive: Archive
    let export: ExportRecord

    /// Calls `body` with every part of every reject, in file order.
    ///
    /// - Parameter needle: only rejects that hold these bytes.
    func forEach(matching needle: [UInt8]?, _ body: (OtherRecord) throws -> Void) throws {
        for partition in archive.partitions(of: export) where partition.holdsRemainder {
            let reader = try archive.open(partition)
            guard let needle, !needle.isEmpty else {
                try reader.forEachOther { if $0.kind != .blank { try body($0) } }
                continue
            }
            // A line in several parts is judged before any part is handed on; such lines are few.
            let matchingLines = try longMatches(needle, reader)
            try reader.forEachOther { record in
                if record.kind == .blank { return }
                let isPart = record.isContinued || record.part > 0
                if isPart ? matchingLines.contains(record.line) : record.bytes.holds(needle) { try body(record) }
            }
        }
    }

    private func longMatches(_ needle: [UInt8], _ reader: PartitionReader) throws -> Set<UInt64> {
        var lines: Set<UInt64> = []
        // The end of the part before, for what lies across the border.
        var tail: [UInt8] = []
        try reader.forEachOther { record in
            guard record.isContinued || record.part > 0 else { return }
            if record.part == 0 { tail = [] }
            let border = tail + record.bytes.prefix(needle.count - 1)
            if border.holds(needle) || record.bytes.holds(needle) { lines.insert(record.line) }
            tail = Array((tail + record.bytes.suffix(needle.count - 1)).suffix(needle.count - 1))
        }
        return lines
    }
}

extension [UInt8] {
    /// Whether the bytes stand somewhere in this array.
    fileprivate func holds(_ needle: [UInt8]) -> Bool {
        guard let first = needle.first else { return true }
        guard count >= needle.count else { return false }
        return withUnsafeBufferPointer { bytes in
            needle.withUnsafeBufferPointer { needle in
                for start in 0...(bytes.count - needle.count) where bytes[start] == first {
                    if (1..<needle.count).allSatisfy({ bytes[start + $0] == needle[$0] }) { return true }
                }
                return false
            }
        }
    }
}
