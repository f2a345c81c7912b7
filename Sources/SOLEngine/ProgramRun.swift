import Archive
import Events
import QueryLanguage
import Search
import SOLLanguage

/// What a program is run with.
public struct SOLOptions: Sendable {
    public var archive: Archive
    /// Ids of the exports in scope; nil for all.
    public var exportIDs: Set<Int64>?
    /// `--from` and `--to`: they limit `events`, and are `?time.start` and `?time.end`.
    public var from: Instant?
    public var to: Instant?
    /// What `now()` is.
    public var now: Instant
    /// Whether `now` was given: else a program that asks for the last hours of an old archive is warned.
    public var isNowGiven: Bool
    /// `--param`; a name given twice is a list.
    public var parameters: [String: [String]]
    public var datasets: [String: CSVTable]
    public var threads: Int
    /// Reads every event from its line, and asks no index: to check what columns and indexes say.
    public var fromLines = false

    public init(
        archive: Archive, exportIDs: Set<Int64>? = nil, from: Instant? = nil, to: Instant? = nil, now: Instant,
        isNowGiven: Bool = true, parameters: [String: [String]] = [:], datasets: [String: CSVTable] = [:],
        threads: Int = 1
    ) {
        self.archive = archive
        self.exportIDs = exportIDs
        self.from = from
        self.to = to
        self.now = now
        self.isNowGiven = isNowGiven
        self.parameters = parameters
        self.datasets = datasets
        self.threads = threads
    }
}

/// A table in memory.
struct Table {
    var columns: [String]
    var times: Set<String> = []
    var rows: [[Value]]
}

/// Runs one program over an archive. Used by one thread at a time.
///
///     let run = try ProgramRun(text, options)
///     let outcome = try run.run(start: { columns in … }, row: { values in …; return true })
public final class ProgramRun {
    let text: String
    let program: Program
    let options: SOLOptions
    private var constants: [String: Value] = [:]
    private var tables: [String: Table] = [:]
    /// Lets that are being computed: a let may only use those before it.
    private var depth = 0

    /// What the person should know, each once.
    public private(set) var warnings: [String] = []
    /// How the program was run, a line each.
    public private(set) var explanation: [String] = []
    /// Events that could not be read.
    public private(set) var lost: [LostEvents] = []
    /// The chart that the program asks for.
    public private(set) var render: Render?
    /// Columns of the result that hold numbers of things and sums, rather than values of fields.
    public private(set) var quantities: Set<String> = []
    /// Names of fields that were read of events.
    public private(set) var fieldsUsed: Set<String> = []

    /// Bytes that groups, sorted rows and tables may take: with all else the process stays below 512 MB.
    static let memory = 384 << 20

    /// - Throws: `QueryError` if the text is no program.
    public init(_ text: String, _ options: SOLOptions) throws(QueryError) {
        self.text = text
        self.options = options
        program = try ProgramParser.parse(text)
    }

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - start: called once with the names of the columns, before the rows.
    ///   - row: called with each row until it returns false.
    /// - Returns: rows delivered.
    /// - Throws: `QueryError` for what the program says wrongly; what the callbacks throw; `ArchiveError`; `SOLError`.
    public func run(start: ([String]) throws -> Void, row: ([Value]) throws -> Bool) throws -> Int {
        for setting in program.settings {
            warn("set \(setting.name) has no effect offline: nothing is cut off")
        }
        let prepared = try prepare(program.pipeline, isFinal: true)
        quantities = prepared.scope.quantities
        try start(prepared.columns)
        var count = 0
        try withoutActuallyEscaping(row) { row in
            try prepared.run(
                Sink { found in
                    count += 1
                    return try row(found.columns)
                })
        }
        return count
    }

    // MARK: What programs name

    func error(_ message: String, _ position: Int, hint: String? = nil) -> QueryError {
        ProgramParser.error(message, at: position, hint: hint, in: text)
    }

    func warn(_ text: String) { if !warnings.contains(text) { warnings.append(text) } }
    func explain(_ line: String) { explanation.append(line) }
    func note(_ more: [LostEvents]) { for loss in more where !lost.contains(loss) { lost.append(loss) } }
    func uses(field: String) { fieldsUsed.insert(field) }
    func asks(for render: Render) { self.render = render }

    func usesAgo(_ span: Int64) {
        guard !options.isNowGiven else { return }
        let newest = options.archive.exports.compactMap(\.maxTime).max() ?? .min
        if case .time(let start) = Calculation.apply(.subtract, .time(options.now), .timespan(span)),
            start.microseconds > newest
        {
            warn(
                "ago() counts from now, and no archived event is that young; --now latest counts from the last event")
        }
    }

    /// A let's constant; nil: there is none of this name.
    func constant(_ name: String) throws -> Value? {
        if let known = constants[name] { return known }
        guard let definition = program.lets.first(where: { $0.name == name }),
            case .expression(let expression) = definition.value
        else { return nil }
        let value = try guarded(definition) {
            try Compiler(program: self, scope: .nothing, needs: EventNeeds()).compile(expression).constant()
        }
        constants[name] = value
        return value
    }

    private func guarded<Result>(_ definition: Let, _ body: () throws -> Result) throws -> Result {
        depth += 1
        defer { depth -= 1 }
        guard depth <= program.lets.count + 1 else {
            throw error("\(definition.name) uses itself", definition.position)
        }
        return try body()
    }

    func parameter(_ name: String, _ position: Int) throws -> Value {
        if let texts = options.parameters[name] {
            return texts.count == 1 ? .string(texts[0]) : .list(texts.map { .string($0) })
        }
        switch name {
        case "time.start":
            let first = options.archive.exports.compactMap(\.minTime).min().map { Instant(microseconds: $0) }
            return (options.from ?? first).map { .time($0) } ?? .null
        case "time.end":
            let last = options.archive.exports.compactMap(\.maxTime).max().map {
                Instant(microseconds: $0, nanoseconds: 999)
            }
            return (options.to ?? last?.next).map { .time($0) } ?? .null
        default: throw error("?\(name) is not set", position, hint: "give it with --param \(name)=VALUE")
        }
    }

    /// The values that stand behind `in`, and whether they count as literals.
    func values(of set: ValueSet, _ position: Int) throws -> (values: [Value], isLiteral: Bool) {
        switch set {
        case .values: return ([], true)
        case .parameter(let name): return (try parameter(name, position).items, true)
        case .pipeline(let pipeline): return (try firstColumn(pipeline), false)
        case .name(let name):
            if !name.isQuoted, name.parts.count == 1, let constant = try constant(name.parts[0]) {
                return (constant.items, true)
            }
            return (try firstColumn(Pipeline(source: name.text, stages: [], position: name.position)), false)
        }
    }

    private func firstColumn(_ pipeline: Pipeline) throws -> [Value] {
        try table(pipeline).rows.map { $0.first ?? .null }
    }

    /// A pipeline's rows, all in memory.
    func table(_ pipeline: Pipeline) throws -> Table {
        let isName = pipeline.stages.isEmpty
        if isName, let known = tables[pipeline.source] { return known }
        let prepared = try prepare(pipeline, isFinal: false)
        guard !prepared.scope.isOpen else {
            throw error(
                "whole events are no table", pipeline.position, hint: "select the columns first: | select …")
        }
        var table = Table(columns: prepared.columns, times: prepared.scope.times, rows: [])
        var memory = 0
        try prepared.run(
            Sink { row in
                memory += row.columns.reduce(64) { $0 + $1.memory }
                guard memory <= Self.memory else { throw SOLError.tooMuchMemory("a table") }
                table.rows.append(row.columns)
                return true
            })
        if isName { tables[pipeline.source] = table }
        return table
    }

    // MARK: Sources

    enum Source {
        case events
        case table(Table)
    }

    /// The source at the bottom, with the stages of lets that stand in between.
    func resolve(_ pipeline: Pipeline) throws -> (source: Source, stages: [Stage]) {
        let name = pipeline.source
        if name == "events" { return (.events, pipeline.stages) }
        if let definition = program.lets.first(where: { $0.name == name }) {
            guard case .pipeline(let inner) = definition.value else {
                throw error("\(name) is a constant, not a table", pipeline.position)
            }
            return try guarded(definition) {
                let (source, stages) = try resolve(inner)
                if case .events = source, !stages.contains(where: \.closesColumns) {
                    return (source, stages + pipeline.stages)
                }
                return (.table(try named(definition.name, inner)), pipeline.stages)
            }
        }
        if let dataset = options.datasets[name] {
            return (.table(Table(columns: dataset.columns, rows: dataset.rows)), pipeline.stages)
        }
        if name == "eternal_events" {
            warn("eternal_events are the same events as events here")
            return (.events, pipeline.stages)
        }
        if Self.onlineSources.contains(where: { name == $0 || ($0.hasSuffix("_") && name.hasPrefix($0)) }) {
            throw error(
                "\(name) are not in an export", pipeline.position, hint: "give them with --dataset \(name)=FILE.csv")
        }
        throw error(
            "there is no table \(name)", pipeline.position,
            hint: "events, a let, or a dataset given with --dataset \(name)=FILE.csv")
    }

    private func named(_ name: String, _ pipeline: Pipeline) throws -> Table {
        if let known = tables[name] { return known }
        let table = try table(pipeline)
        tables[name] = table
        return table
    }

    private static let onlineSources = [
        "event_telemetry", "alerts", "cases", "custom_", "communities", "intakes", "intake_formats", "entities",
        "assets",
        "asset_", "rule_",
    ]
}

extension Stage {
    /// Whether the columns are fixed after it (S32).
    var closesColumns: Bool {
        switch kind {
        case .count, .select, .distinct, .aggregate: true
        case .filter, .extend, .order, .top, .limit, .join, .render: false
        }
    }
}

/// What cannot be done though the program says nothing wrong.
public struct SOLError: Error, CustomStringConvertible, Sendable {
    public var message: String
    public var remedy: String

    static func tooMuchMemory(_ what: String) -> SOLError {
        SOLError(
            message: "\(what) needs more than \(ProgramRun.memory >> 20) MiB of memory",
            remedy: "narrow it with where, --from and --to, or fewer columns and keys")
    }

    public var description: String { "\(message)\n  \(remedy)" }
}

extension Value {
    /// Rough memory beside the value itself, for limits.
    var heapMemory: Int {
        switch self {
        case .null, .boolean, .integer, .number, .time, .timespan: 0
        case .string(let text): text.utf8.count > 15 ? 32 + text.utf8.count : 0
        case .list, .map: memory
        }
    }

    /// Rough memory, for limits.
    var memory: Int {
        switch self {
        case .null, .boolean, .integer, .number, .time, .timespan: 16
        case .string(let text): 32 + text.utf8.count
        case .list(let items): items.reduce(32) { $0 + $1.memory }
        case .map(let members): members.reduce(32) { $0 + $1.key.utf8.count + $1.value.memory + 32 }
        }
    }
}
