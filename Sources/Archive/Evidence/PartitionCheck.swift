/// The checks of one partition that need no other: everything but the lines, which `LineCheck` walks through.
struct PartitionCheck {
    let record: PartitionRecord
    let reader: PartitionReader

    /// What is wrong; each kind of content is checked, whatever the others say.
    func problems() -> [String] {
        var problems: [String] = []
        func attempt(_ what: String, _ body: () throws -> Void) {
            do {
                try body()
            } catch {
                problems.append("\(what): \(describe(error))")
            }
        }
        attempt("meta") {
            try expect(reader.number == record.number, "its number is \(reader.number), not \(record.number)")
            try expect(
                reader.firstLine == record.firstLine && reader.lastLine == record.lastLine,
                "its range of lines is not the catalog's")
        }
        attempt("database") {
            let rows = try reader.database.prepare("PRAGMA integrity_check(1)")
            while try rows.step() {
                let text = try rows.text(0)
                try expect(text == "ok", text)
            }
        }
        attempt("series") { try checkSeries() }
        attempt("columns") { try checkColumns() }
        attempt("pairs of letters") { _ = try reader.termPairs() }
        attempt("joints of words") { _ = try reader.joints() }
        attempt("term index") { _ = try reader.terms().verify(pairs: try? reader.termPairs()) }
        return problems
    }

    private func checkSeries() throws {
        var previous: UInt64 = 0
        for chunk in 0..<reader.seriesChunks {
            let count = min(PartitionFormat.seriesChunk, reader.events - chunk * PartitionFormat.seriesChunk)
            let lines = try reader.series(.line, chunk: chunk)
            let times = try reader.series(.time, chunk: chunk)
            let nanoseconds = try reader.series(.nanoseconds, chunk: chunk)
            try expect(lines.count == count && times.count == count, "chunk \(chunk + 1) has not \(count) events")
            try expect(nanoseconds.isEmpty || nanoseconds.count == count, "chunk \(chunk + 1) lacks nanoseconds")
            try expect(
                try reader.fingerprints(chunk: chunk).count == count * 16, "chunk \(chunk + 1) lacks fingerprints")
            for line in lines {
                let line = UInt64(bitPattern: line)
                try expect(
                    line > previous && line >= reader.firstLine && line <= reader.lastLine, "line \(line) out of order")
                previous = line
            }
            var dated: ClosedRange<Int64>?
            for time in times where time != undatedTime {
                try expect(time >= reader.minTime && time <= reader.maxTime, "a time is outside the partition's range")
                dated = min(dated?.lowerBound ?? time, time)...max(dated?.upperBound ?? time, time)
            }
            try expect(
                try reader.range(of: .time, chunk: chunk) == dated, "chunk \(chunk + 1) has other times than it says")
        }
    }

    private func checkColumns() throws {
        for field in try reader.fields() {
            var entries = 0
            try reader.forEachPart(of: field) { part in
                entries += part.entries
                try expect(try part.isAsItSays(), "\(field.name) has other entries than a part says")
            }
            switch field.storage {
            case .lines: continue
            case .dictionary:
                try expect(entries == field.entries, "\(field.name) has \(entries) entries, not \(field.entries)")
            case .presence: break
            }
            var present = 0
            let memory = CellMemory()
            for chunk in 0..<reader.seriesChunks {
                guard let cells = try reader.cells(of: field, chunk: chunk, in: memory) else { continue }
                var (low, high) = (UInt32.max, UInt32.min)
                for place in 0..<cells.count where cells[place] != 0 {
                    present += 1
                    (low, high) = (min(low, cells[place]), max(high, cells[place]))
                }
                try expect(high < UInt32(clamping: entries + 2), "\(field.name) has an impossible code")
                try expect(
                    low == cells.codes.lowerBound && high == cells.codes.upperBound,
                    "\(field.name) has other codes than it says")
            }
            withExtendedLifetime(memory) {}
            try expect(present == field.events, "\(field.name) stands in \(present) events, not \(field.events)")
        }
    }
}

/// A failed check.
struct CheckFailure: Error, CustomStringConvertible {
    var description: String
}

func expect(_ condition: @autoclosure () throws -> Bool, _ message: @autoclosure () -> String) throws {
    guard try condition() else { throw CheckFailure(description: message()) }
}

/// An error without the path, which stands in front already.
func describe(_ error: any Error) -> String {
    (error as? ArchiveError)?.message ?? "\(error)"
}
