/// A column of an answer.
public struct OutputColumn: Hashable, Sendable {
    /// The header of tables, CSV and TSV, and the key in JSON (lower snake case for the program's own columns).
    public var name: String
    /// In tables; numbers stand right.
    public var alignment: Alignment

    public init(_ name: String, _ alignment: Alignment = .left) {
        self.name = name
        self.alignment = alignment
    }
}

/// How rows are written, besides their format.
public struct RowOptions: Sendable {
    /// `--csv-raw`: cells that a spreadsheet would run as formulas are left alone.
    public var csvRaw: Bool
    /// A bold header in tables.
    public var color: Bool
    /// Tables are as wide as their cells, also on a terminal.
    public var isWide = false
    /// Members added to every JSON object (`"partial": true`); other formats do not show them.
    public var jsonExtras: [(key: String, value: Cell)]

    public init(csvRaw: Bool = false, color: Bool = false, jsonExtras: [(key: String, value: Cell)] = []) {
        self.csvRaw = csvRaw
        self.color = color
        self.jsonExtras = jsonExtras
    }
}

/// Writes rows of typed cells in any of the row formats, as they come.
///
///     let columns = [OutputColumn("value"), OutputColumn("count", .right)]
///     var rows = try RowWriter(columns: columns, format: .table, sink: sink)
///     try rows.write([.text("4625"), .integer(12)])
///     try rows.finish()
///     try sink.finish()
public struct RowWriter {
    private enum Shape {
        case table(TableWriter)
        case jsonl
        case json
        case csv
        case tsv
    }

    private let columns: [OutputColumn]
    private let sink: OutputSink
    private let options: RowOptions
    private let shape: Shape
    private var rows = 0
    private var line: [UInt8] = []
    /// The tail of the row before, spelled to the end of the line.
    private var tail: (cells: [Cell], bytes: [UInt8])?
    /// `"name":` of each column, escaped once.
    private let keys: [[UInt8]]
    /// The members of `jsonExtras`, each with its comma in front.
    private let extras: [UInt8]

    /// - Throws: ``RenderingError`` `.formatNotHere` for `raw` and `ids`; ``ClosedPipe``, `.writeFailed` for the
    ///   header.
    public init(columns: [OutputColumn], format: Format, sink: OutputSink, options: RowOptions = RowOptions()) throws {
        self.columns = columns
        self.sink = sink
        self.options = options
        keys = columns.map { RowWriter.key($0.name) }
        extras = options.jsonExtras.reduce(into: []) { bytes, extra in
            bytes.append(UInt8(ascii: ","))
            bytes += RowWriter.key(extra.key)
            extra.value.appendJSON(to: &bytes)
        }
        switch format {
        case .table:
            shape = .table(TableWriter(columns: columns, sink: sink, bold: options.color, isWide: options.isWide))
        case .jsonl: shape = .jsonl
        case .json: shape = .json
        case .csv: shape = .csv
        case .tsv: shape = .tsv
        case .raw, .ids: throw format.refused(by: "a list of rows", allowed: Format.ofRows)
        }
        try writeHeader()
    }

    /// Writes one row.
    ///
    /// - Parameter cells: one a column.
    /// - Throws: ``ClosedPipe``, ``RenderingError`` `.writeFailed`.
    public mutating func write(_ cells: [Cell]) throws {
        precondition(cells.count == columns.count, "a row needs one cell a column")
        if case .table(let table) = shape { return try table.write(cells) }
        // Taken out, so that the writer is not copied for it.
        var line: [UInt8] = []
        swap(&line, &self.line)
        defer { swap(&line, &self.line) }
        line.removeAll(keepingCapacity: true)
        for (index, cell) in cells.enumerated() { append(cell, at: index, to: &line) }
        switch shape {
        case .table: break
        case .jsonl:
            appendEndOfObject(cells.count, to: &line)
            try put(&line, style: .json)
        case .json:
            try sink.write(rows == 0 ? "[" : ",\n")
            appendEndOfObject(cells.count, to: &line)
            try put(&line, style: .json, end: "")
        case .csv:
            // A lone null would be an empty line, which readers skip.
            if line.isEmpty { line.append(contentsOf: "\"\"".utf8) }
            try put(&line, end: csvEnd)
        case .tsv: try put(&line, keeping: 0x09)
        }
        rows += 1
    }

    /// Writes one row of `cells` and `tail`. A tail that equals the one of the row before is not spelled again.
    ///
    /// - Parameters:
    ///   - cells: at least one; with the tail one a column.
    ///   - tail: the last cells.
    /// - Throws: ``ClosedPipe``, ``RenderingError`` `.writeFailed`.
    public mutating func write(_ cells: [Cell], tail: [Cell]) throws {
        precondition(!cells.isEmpty && cells.count + tail.count == columns.count, "a row needs one cell a column")
        switch shape {
        case .table(let table): return try table.write(cells, tail: tail)
        case .json: return try write(cells + tail)
        case .jsonl, .csv, .tsv: if sink.isTerminal { return try write(cells + tail) }
        }
        if self.tail?.cells != tail {
            var bytes: [UInt8] = []
            for (place, cell) in tail.enumerated() { append(cell, at: cells.count + place, to: &bytes) }
            appendEnd(to: &bytes)
            self.tail = (tail, bytes)
        }
        var line: [UInt8] = []
        swap(&line, &self.line)
        defer { swap(&line, &self.line) }
        line.removeAll(keepingCapacity: true)
        for (index, cell) in cells.enumerated() { append(cell, at: index, to: &line) }
        if let tail = self.tail { line.append(contentsOf: tail.bytes) }
        try sink.writeVerbatim(line)
        rows += 1
    }

    /// Writes what is due at the end: rows kept back, the end of the array. The sink is not finished by this.
    public mutating func finish() throws {
        switch shape {
        case .table(let table): try table.finish()
        case .json: try sink.write(rows == 0 ? "[]\n" : "]\n")
        case .jsonl, .csv, .tsv: break
        }
    }

    private func writeHeader() throws {
        var line: [UInt8] = []
        switch shape {
        case .table, .jsonl, .json: break
        case .csv:
            for (index, column) in columns.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                CSVText.appendHeader(column.name, raw: options.csvRaw, to: &line)
            }
            try put(&line, end: csvEnd)
        case .tsv:
            for (index, column) in columns.enumerated() { append(.text(column.name), at: index, to: &line) }
            try put(&line, keeping: 0x09)
        }
    }
}

extension RowWriter {
    private static func key(_ name: String) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONText.appendString(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        return bytes
    }

    private func appendEndOfObject(_ cells: Int, to out: inout [UInt8]) {
        if cells == 0 { out.append(UInt8(ascii: "{")) }
        out.append(contentsOf: cells == 0 ? extras.dropFirst() : extras[...])
        out.append(UInt8(ascii: "}"))
    }

    /// Appends a cell with what stands before it; not for tables.
    private func append(_ cell: Cell, at index: Int, to out: inout [UInt8]) {
        switch shape {
        case .table: break
        case .json, .jsonl:
            out.append(UInt8(ascii: index == 0 ? "{" : ","))
            out.append(contentsOf: keys[index])
            cell.appendJSON(to: &out)
        case .csv:
            if index > 0 { out.append(UInt8(ascii: ",")) }
            CSVText.append(cell, raw: options.csvRaw, to: &out)
        case .tsv:
            if index > 0 { out.append(0x09) }
            TSVText.append(cell, to: &out)
        }
    }

    /// Ends a row that is a line of its own.
    private func appendEnd(to out: inout [UInt8]) {
        switch shape {
        case .table, .json: break
        case .jsonl:
            appendEndOfObject(columns.count, to: &out)
            out.append(0x0A)
        case .csv: out.append(contentsOf: csvEnd.utf8)
        case .tsv: out.append(0x0A)
        }
    }

    /// RFC 4180 ends lines with CR LF; a terminal is spared the CR.
    private var csvEnd: String {
        sink.isTerminal ? "\n" : "\r\n"
    }

    /// Writes a line, made visible on a terminal but for the byte in `keeping`, and `end`.
    private func put(
        _ line: inout [UInt8], style: TerminalText.Style = .plain, keeping kept: UInt8? = nil, end: String = "\n"
    ) throws {
        guard sink.isTerminal else {
            line.append(contentsOf: end.utf8)
            return try sink.writeVerbatim(line)
        }
        var safe: [UInt8] = []
        line.withUnsafeBytes { TerminalText.appendEscaped($0, style: style, keeping: kept, to: &safe) }
        safe.append(contentsOf: end.utf8)
        try sink.writeVerbatim(safe)
    }
}
