import Zstd

/// A partition written to a temporary file, before it knows its export's digest.
public struct BuiltPartition: Sendable {
    public var path: String
    public var events: Int
    public var undated: Int
    public var rawBytes: UInt64
    public var firstLine: UInt64
    public var lastLine: UInt64
    /// Microseconds since 1970; both `undatedTime` if no event has a time.
    public var minTime: Int64
    public var maxTime: Int64
    public var blocks: Int
    public var terms: Int
    /// False if an unselected field has values here: then text must also be looked for in the lines.
    public var allIndexed: Bool
    public var filter: TermFilter?
    /// Names of the fields met, with the events that have them.
    public var fieldNames: [[UInt8]]
}

/// Lines that are not events, and what only the whole export knows.
public struct ExportRemainder: Sendable {
    public var others: [OtherBlock] = []
    /// Stored Merkle roots, 32 bytes for every 1,024 lines.
    public var merkleRoots: [UInt8] = []
    /// Facts for `repair`, in the order written.
    public var facts: [(key: String, value: String)] = []

    public init() {}
}

/// A run of rejects and blank lines as one zstd frame (`OtherRecord` tells the layout).
public struct OtherBlock: Sendable {
    public var firstLine: UInt64
    public var records: Int
    public var rawBytes: Int
    public var frame: [UInt8]

    public init(firstLine: UInt64, records: Int, rawBytes: Int, frame: [UInt8]) {
        self.firstLine = firstLine
        self.records = records
        self.rawBytes = rawBytes
        self.frame = frame
    }
}

/// Writes one partition file from its chunks. What it writes depends on the chunks alone.
public enum PartitionWriter {
    /// - Parameters:
    ///   - path: a file that does not exist yet, in the archive's `tmp/`.
    ///   - dictionary: the sampled dictionary that the chunks' frames were compressed with (may be empty).
    ///   - model: the content of the `LineModel` that the chunks' blocks are written by; empty: by none.
    ///   - remainder: given for the export's last partition.
    public static func write(
        chunks: [PartitionChunk], dictionary: [UInt8], model: [UInt8], remainder: ExportRemainder?, path: String
    ) throws -> BuiltPartition {
        let rawBytes = chunks.reduce(0) { $0 + $1.rawBytes }
        let sizes = PartitionFormat.pageSizes(rawBytes: rawBytes)
        let database = try SQLiteConnection.openForBuilding(path, pageSize: sizes.page)
        try database.execute("PRAGMA application_id = \(PartitionFormat.applicationID)")
        try database.execute("BEGIN")
        for table in PartitionFormat.tables where table != TermIndexFormat.createTable { try database.execute(table) }

        var built = BuiltPartition(
            path: path, events: 0, undated: 0, rawBytes: rawBytes, firstLine: 0, lastLine: 0, minTime: undatedTime,
            maxTime: undatedTime, blocks: 0, terms: 0, allIndexed: true, filter: nil, fieldNames: [])
        for chunk in chunks {
            built.events += chunk.events
            built.undated += chunk.undated
        }
        try writeMeta("dictionary", try compressed(dictionary), database)
        try writeMeta("dictionary_bytes", Array("\(dictionary.count)".utf8), database)
        try writeMeta("line_model", try compressed(model), database)
        try writeMeta("line_model_bytes", Array("\(model.count)".utf8), database)
        built.blocks = try writeBlocks(chunks, database)
        try SeriesWriter(database: database).write(chunks, into: &built)
        try writeFields(chunks, database, into: &built)
        try writeTerms(chunks, database, leafSize: sizes.leaf, into: &built)
        try writeCutWords(chunks, database)
        try writeJoints(chunks, blocks: built.blocks, database)
        if let remainder { try write(remainder, database) }
        try database.execute("COMMIT")
        return built
    }

    /// Gives the file its identity; after this it never changes.
    public static func seal(_ built: BuiltPartition, identity: PartitionIdentity, libraries: String) throws {
        let database = try SQLiteConnection.openForBuilding(built.path, pageSize: 0)
        try database.execute("BEGIN")
        try writeMeta("format", Array("coldtrail-partition".utf8), database)
        try writeMeta("version", Array("\(PartitionFormat.major).\(PartitionFormat.minor)".utf8), database)
        try writeMeta("libraries", Array(libraries.utf8), database)
        try writeMeta("fingerprint_version", Array("\(PartitionFormat.fingerprintVersion)".utf8), database)
        try writeMeta("export", identity.exportDigest, database)
        try writeMeta("number", Array("\(identity.number)".utf8), database)
        try writeMeta("events", Array("\(built.events)".utf8), database)
        try writeMeta("undated", Array("\(built.undated)".utf8), database)
        try writeMeta("first_line", Array("\(built.firstLine)".utf8), database)
        try writeMeta("last_line", Array("\(built.lastLine)".utf8), database)
        try writeMeta("raw_bytes", Array("\(built.rawBytes)".utf8), database)
        try writeMeta("min_time", Array("\(built.minTime)".utf8), database)
        try writeMeta("max_time", Array("\(built.maxTime)".utf8), database)
        try writeMeta("all_indexed", Array((built.allIndexed ? "1" : "0").utf8), database)
        try database.execute("COMMIT")
    }

    private static func compressed(_ dictionary: [UInt8], level: Int32 = 9) throws -> [UInt8] {
        if dictionary.isEmpty { return [] }
        let compressor = try ZstdCompressor(level: level)
        var frame: [UInt8] = []
        _ = try dictionary.withUnsafeBytes { try compressor.compress($0, dictionary: nil, appendTo: &frame) }
        return frame
    }

    private static func writeMeta(_ key: String, _ value: [UInt8], _ database: SQLiteConnection) throws {
        let insert = try database.prepare("INSERT INTO meta VALUES(?,?)")
        try insert.bind(key, at: 1)
        try value.withUnsafeBytes { try insert.bind($0, at: 2) }
        try insert.execute()
    }

    private static func writeBlocks(_ chunks: [PartitionChunk], _ database: SQLiteConnection) throws -> Int {
        let insertBlock = try database.prepare("INSERT INTO block VALUES(?,?,?,?,?,?,?)")
        let insertExtent = try database.prepare("INSERT INTO extent VALUES(?,?)")
        var extent: [UInt8] = []
        var extentNumber: Int64 = 1
        var block: Int64 = 0
        var event: Int64 = 1
        var frames: [UInt8] = []
        func flush() throws {
            if extent.isEmpty { return }
            try insertExtent.bind(extentNumber, at: 1)
            try extent.withUnsafeBytes { try insertExtent.bind($0, at: 2) }
            try insertExtent.execute()
            extentNumber += 1
            extent.removeAll(keepingCapacity: true)
        }
        for chunk in chunks {
            try chunk.load(chunk.framesRange, into: &frames)
            var at = 0
            let start = event
            for frame in chunk.frames {
                if !extent.isEmpty, extent.count + frame.bytes > PartitionFormat.extentBytes { try flush() }
                block += 1
                let values: [Int64] = [
                    block, chunk.placesRange.isEmpty ? event : start, Int64(frame.events), Int64(frame.rawBytes),
                    extentNumber, Int64(extent.count),
                    Int64(frame.bytes),
                ]
                for (i, value) in values.enumerated() { try insertBlock.bind(value, at: Int32(i + 1)) }
                try insertBlock.execute()
                extent.append(contentsOf: frames[at..<at + frame.bytes])
                at += frame.bytes
                event += Int64(frame.events)
            }
        }
        try flush()
        return Int(block)
    }

    private static func writeFields(
        _ chunks: [PartitionChunk], _ database: SQLiteConnection, into built: inout BuiltPartition
    ) throws {
        struct Field {
            var name: [UInt8]
            var selected = false
            var objects = false
            var events: UInt64 = 0
            var valueBytes: UInt64 = 0
            var sections: [(chunk: Int, section: Int)] = []
        }
        var numbers: [[UInt8]: Int] = [:]
        var fields: [Field] = []
        for (number, chunk) in chunks.enumerated() {
            for (position, section) in chunk.columns.enumerated() {
                let index: Int
                if let known = numbers[section.name] {
                    index = known
                } else {
                    index = fields.count
                    numbers[section.name] = index
                    fields.append(Field(name: section.name))
                }
                fields[index].selected = section.selected
                fields[index].objects = fields[index].objects || section.holdsObjects
                fields[index].events += section.events
                fields[index].valueBytes += section.valueBytes
                if section.selected, section.events > 0 { fields[index].sections.append((number, position)) }
            }
        }
        // The most frequent fields get columns; among equals the first by name.
        let frequent = fields.indices.filter { !fields[$0].sections.isEmpty }.sorted { a, b in
            fields[a].events == fields[b].events
                ? fields[a].name.lexicographicallyPrecedes(fields[b].name) : fields[a].events > fields[b].events
        }
        let withColumn = Set(frequent.prefix(PartitionFormat.columnLimit))
        let insert = try database.prepare("INSERT INTO field VALUES(?,?,?,?,?,?,?,?)")
        var columns = try ColumnWriter(chunks: chunks, database: database)
        let byName = fields.indices.sorted { fields[$0].name.lexicographicallyPrecedes(fields[$1].name) }
        for (position, index) in byName.enumerated() {
            let field = fields[index]
            let id = Int64(position + 1)
            var result = ColumnWriter.Result(storage: .lines, entries: 0)
            if withColumn.contains(index) { result = try columns.write(field: id, sections: field.sections) }
            try insert.bind(id, at: 1)
            try field.name.withUnsafeBytes { try insert.bind($0, at: 2) }
            try insert.bind(field.selected ? 1 : 0, at: 3)
            try insert.bind(field.objects ? 1 : 0, at: 4)
            try insert.bind(result.storage.rawValue, at: 5)
            try insert.bind(Int64(field.events), at: 6)
            try insert.bind(Int64(result.entries), at: 7)
            try insert.bind(Int64(field.valueBytes), at: 8)
            try insert.execute()
            if !field.selected, field.events > 0 { built.allIndexed = false }
            built.fieldNames.append(field.name)
        }
    }

    private static func writeTerms(
        _ chunks: [PartitionChunk], _ database: SQLiteConnection, leafSize: Int, into built: inout BuiltPartition
    ) throws {
        let index = try TermIndexWriter(connection: database, pageSize: leafSize)
        var writer = index.makeSegment()
        var merger = try TermMerger(chunks: chunks)
        var hashes: [UInt64] = []
        var terms = 0
        try merger.merge(into: &writer) { term in
            terms += 1
            if terms <= TermFilter.termLimit { hashes.append(TermFilter.hash(term)) }
        }
        index.add(try writer.finish())
        try index.finish(eventCount: UInt64(built.events))
        let pairs = index.pairs.bytes
        try writeMeta("term_pairs", try compressed(pairs), database)
        try writeMeta("term_pairs_bytes", Array("\(pairs.count)".utf8), database)
        built.terms = terms
        if terms <= TermFilter.termLimit {
            var filter = TermFilter(terms: terms)
            for hash in hashes { filter.insert(hash: hash) }
            built.filter = filter
        }
    }

    /// Writes in full what the term index holds cut, if it is not too much.
    private static func writeCutWords(_ chunks: [PartitionChunk], _ database: SQLiteConnection) throws {
        var merger = CutWordMerger()
        var list: [UInt8] = []
        for chunk in chunks {
            guard let range = chunk.cutWordsRange else { return }
            if range.isEmpty { continue }
            try chunk.load(range, into: &list)
            guard try merger.add(list) else { return }
        }
        list = merger.list
        try writeMeta("cut_words", try compressed(list), database)
        try writeMeta("cut_words_bytes", Array("\(list.count)".utf8), database)
    }

    /// Writes which joints of words stand in which blocks, if there are enough of them to be told apart.
    private static func writeJoints(_ chunks: [PartitionChunk], blocks: Int, _ database: SQLiteConnection) throws {
        guard blocks >= JointTable.leastBlocks, JointTable.size(blocks) <= JointTable.mostBytes else { return }
        var table = JointTableBuilder(blocks: blocks)
        var rows: [UInt8] = []
        for chunk in chunks {
            try chunk.load(chunk.jointsRange, into: &rows)
            table.add(rows)
        }
        // Higher levels take five times as long for a tenth less.
        try writeMeta("joints", try compressed(table.bits, level: 3), database)
        try writeMeta("joints_bytes", Array("\(table.bits.count)".utf8), database)
    }

    private static func write(_ remainder: ExportRemainder, _ database: SQLiteConnection) throws {
        let insert = try database.prepare("INSERT INTO other VALUES(?,?,?,?,?)")
        for (number, block) in remainder.others.enumerated() {
            try insert.bind(Int64(number + 1), at: 1)
            try insert.bind(Int64(block.firstLine), at: 2)
            try insert.bind(Int64(block.records), at: 3)
            try insert.bind(Int64(block.rawBytes), at: 4)
            try block.frame.withUnsafeBytes { try insert.bind($0, at: 5) }
            try insert.execute()
        }
        let roots = try database.prepare("INSERT INTO merkle VALUES(?,?)")
        let size = 32 * 8_192
        for (number, start) in stride(from: 0, to: remainder.merkleRoots.count, by: size).enumerated() {
            let slice = Array(remainder.merkleRoots[start..<min(start + size, remainder.merkleRoots.count)])
            try roots.bind(Int64(number + 1), at: 1)
            try slice.withUnsafeBytes { try roots.bind($0, at: 2) }
            try roots.execute()
        }
        for fact in remainder.facts { try writeMeta("export." + fact.key, Array(fact.value.utf8), database) }
    }
}
