import Archive
import Events

/// Walks through an export's events in file order, whatever partitions they are in: lines and times alone.
struct LineOrderWalk {
    let archive: Archive
    let export: ExportRecord

    private final class Cursor {
        let reader: PartitionReader
        private var chunk = -1
        private var lines: [Int64] = []
        private var times: [Int64] = []
        private var at = 0

        init(_ reader: PartitionReader) throws {
            self.reader = reader
            _ = try load()
        }

        var line: UInt64? { at < lines.count ? UInt64(bitPattern: lines[at]) : nil }
        var time: Int64 { times[at] }

        func advance() throws {
            at += 1
            if at == lines.count { _ = try load() }
        }

        private func load() throws -> Bool {
            chunk += 1
            at = 0
            guard chunk < reader.seriesChunks else {
                lines = []
                return false
            }
            lines = try reader.series(.line, chunk: chunk)
            times = try reader.series(.time, chunk: chunk)
            guard lines.count == times.count, !lines.isEmpty else {
                throw ArchiveError(.damaged, "lines or times are missing", path: reader.path)
            }
            return true
        }
    }

    /// Calls `body` with each event's line and time (microseconds; `undatedTime`: none).
    func run(_ body: (UInt64, Int64) throws -> Void) throws {
        var cursors = try archive.partitions(of: export).filter { $0.events > 0 }.map { try Cursor(archive.open($0)) }
        while !cursors.isEmpty {
            // The cursor at the lowest line goes on up to the next one's line.
            var lowest = 0
            var border = UInt64.max
            for (number, cursor) in cursors.enumerated() {
                guard let line = cursor.line, let best = cursors[lowest].line, number != lowest else { continue }
                if line < best {
                    border = best
                    lowest = number
                } else {
                    border = min(border, line)
                }
            }
            let cursor = cursors[lowest]
            while let line = cursor.line, line <= border {
                try body(line, cursor.time)
                try cursor.advance()
            }
            cursors.removeAll { $0.line == nil }
        }
    }
}
