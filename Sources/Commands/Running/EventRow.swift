import Archive
import Events
import Rendering

/// Turns events into rows: fields by name, and where the event comes from.
final class EventRow {
    private enum Source {
        case time
        case id
        case export
        case line
        case event
        case field(String)

        /// Nothing that a source of events could also call a field.
        init(_ name: String) {
            switch name {
            case "coldtrail.time": self = .time
            case "coldtrail.id": self = .id
            case "coldtrail.export": self = .export
            case "coldtrail.line": self = .line
            case "coldtrail.event": self = .event
            default: self = .field(name)
            }
        }
    }

    let columns: [OutputColumn]
    private let sources: [Source]
    private let decodes: Bool
    private let times: TimeFormat
    private let decoder = EventDecoder()

    /// - Parameter names: nil for time, citation and the whole event.
    init(columns names: [String]?, times: TimeFormat) {
        self.times = times
        if let names {
            columns = names.map { OutputColumn($0) }
            sources = names.map(Source.init)
        } else {
            columns = [OutputColumn("time"), OutputColumn("id"), OutputColumn("event")]
            sources = [.time, .id, .event]
        }
        decodes = sources.contains { if case .field = $0 { true } else { false } }
    }

    /// - Parameter time: of the event, nil if it is undated.
    func cells(export: ExportRecord, line: UInt64, time: Instant?, bytes: UnsafeRawBufferPointer) -> [Cell] {
        let isEvent = decodes && decoder.decode(bytes, isFirstLine: line == 1) == nil
        return sources.map { source in
            switch source {
            case .time: times.cell(time)
            case .id: .text("\(export.label):\(line)")
            case .export: .text(export.label)
            case .line: .integer(Int(clamping: line))
            case .event: .bytes(Array(bytes))
            case .field(let name): isEvent ? field(name) : .null
            }
        }
    }

    /// One value as itself, several as a list, none as null.
    private func field(_ name: String) -> Cell {
        guard let index = decoder.fieldIndex(name) else { return .null }
        let cells = decoder.values.compactMap { $0.field == index ? cell($0) : nil }
        return cells.count > 1 ? .list(cells) : cells.first ?? .null
    }

    /// Numbers keep the text they have in the event.
    private func cell(_ value: EventValue) -> Cell? {
        switch value.kind {
        case .string: .bytes(Array(value.text))
        case .number, .boolean: .json(Array(value.text))
        case .null: .null
        case .object: nil
        }
    }
}
