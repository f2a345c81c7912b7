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
        line.removeAll(keepingCapacity: true)
        switch shape {
        case .table(let table): return try table.write(cells)
        case .jsonl:
            appendObject(cells)
            try put(style: .json)
        case .json:
            try sink.write(rows == 0 ? "[" : ",\n")
            appendObject(cells)
            try put(style: .json, end: "")
        case .csv:
            for (index, cell) in cells.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                CSVText.append(cell, raw: options.csvRaw, to: &line)
            }
            // A lone null would be an empty line, which readers skip.
            if line.isEmpty { line.append(contentsOf: "\"\"".utf8) }
            try put(end: csvEnd)
        case .tsv:
            for (index, cell) in cells.enumerated() {
                if index > 0 { line.append(0x09) }
                TSVText.append(cell, to: &line)
            }
            try put(keeping: 0x09)
        }
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

    private mutating func writeHeader() throws {
        switch shape {
        case .table, .jsonl, .json: break
        case .csv:
            for (index, column) in columns.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                CSVText.appendHeader(column.name, raw: options.csvRaw, to: &line)
            }
            try put(end: csvEnd)
        case .tsv:
            for (index, column) in columns.enumerated() {
                if index > 0 { line.append(0x09) }
                TSVText.append(.text(column.name), to: &line)
            }
            try put(keeping: 0x09)
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

    private mutating func appendObject(_ cells: [Cell]) {
        line.append(UInt8(ascii: "{"))
        for (index, cell) in cells.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            line.append(contentsOf: keys[index])
            cell.appendJSON(to: &line)
        }
        line.append(contentsOf: cells.isEmpty ? extras.dropFirst() : extras[...])
        line.append(UInt8(ascii: "}"))
    }

    /// RFC 4180 ends lines with CR LF; a terminal is spared the CR.
    private var csvEnd: String {
        sink.isTerminal ? "\n" : "\r\n"
    }

    /// Writes `line`, made visible on a terminal but for the byte in `keeping`, and `end`.
    private mutating func put(style: TerminalText.Style = .plain, keeping kept: UInt8? = nil, end: String = "\n") throws
    {
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
