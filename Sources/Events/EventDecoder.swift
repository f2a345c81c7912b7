/// Decodes events to their values (EQL rules R14 to R19): exact, strict, without recursion, and with buffers that
/// are kept from event to event.
///
///     let decoder = EventDecoder()
///     if let reason = decoder.decode(line) { … } else {
///         for value in decoder.values { … }
///     }
///
/// One decoder serves one thread at a time.
public final class EventDecoder {
    /// The longest line that is an event, in bytes.
    public static let maximumLineLength = 64 << 20
    /// The deepest nesting of objects and lists that is an event.
    public static let maximumDepth = 10_000

    /// The values of the event decoded last, in the order of the text; empty after a reject.
    ///
    /// Lists are flattened to their items, duplicate keys all count, an object with keys gives a value of kind
    /// `.object` and the values below it; `[]` and `{}` give nothing.
    public private(set) var values: [EventValue] = []

    private var fields = FieldTable()
    private var names: [String] = []
    private var arena = TextArena()
    /// The open objects and lists, outermost first: the field they stand at, doubled, plus 1 for an object.
    private let containers = UnsafeMutablePointer<Int>.allocate(capacity: EventDecoder.maximumDepth)

    private let keepsEscapes: Bool

    /// - Parameter keepsEscapes: leaves texts as they are spelled where that is by `ShortEscapes`, which is quicker; such
    ///   a value says so.
    public init(keepsEscapes: Bool = false) {
        self.keepsEscapes = keepsEscapes
    }

    deinit {
        containers.deallocate()
        arena.free()
    }

    /// The names of all fields met in this decoder's life (and of objects on the way to them), by index.
    public var fieldNames: [String] {
        while names.count < fields.count { names.append(fields.name(of: names.count)) }
        return names
    }

    /// How many names `fieldNames` has; cheap, unlike spelling them out.
    public var fieldCount: Int { fields.count }

    /// One of `fieldNames`, without spelling out the others.
    public func fieldName(_ index: Int) -> String {
        index < names.count ? names[index] : fields.name(of: index)
    }

    /// The index of a name; nil if no event of this decoder had it. Names are the same if their bytes are.
    public func fieldIndex(_ name: String) -> Int? {
        var name = name
        return name.withUTF8 { fields.field(named: UnsafeRawBufferPointer($0)) }
    }

    /// The index that the name has or will have, so that a caller can ask once instead of after each event.
    public func registerField(_ name: String) -> Int {
        var name = name
        return name.withUTF8 { fields.field(below: FieldTable.root, key: UnsafeRawBufferPointer($0)) }
    }

    /// The memory that field names hold, in bytes, roughly: it grows with each new name and never shrinks.
    public var fieldMemoryUse: Int { fields.memoryUse }

    /// Decodes one line, given without its line feed.
    ///
    /// White space around the object is allowed, so the CR of a CRLF is.
    /// - Parameters:
    ///   - line: The bytes; they must stay in place as long as `values` are used.
    ///   - isFirstLine: Whether a byte order mark before the object is to be skipped.
    /// - Returns: Why the line is not an event; nil if it is one. If several reasons apply: `tooLong` comes first, then
    ///   `invalidUTF8`, then what is met first from the left, and `notAnObject` only for a text that is JSON.
    ///   Never `unfinished`.
    public func decode(_ line: UnsafeRawBufferPointer, isFirstLine: Bool = false) -> RejectReason? {
        values.removeAll(keepingCapacity: true)
        arena.reset(lineLength: line.count)
        guard line.count <= Self.maximumLineLength else { return .tooLong }
        guard UTF8Text.isValid(line) else { return .invalidUTF8 }
        guard let base = line.baseAddress else { return .notJSON }

        let start = base.assumingMemoryBound(to: UInt8.self)
        var scanner = JSONScanner(position: start, end: start + line.count)
        if isFirstLine { _ = scanner.skip("\u{FEFF}") }

        let isObject = scanner.peek() == UInt8(ascii: "{")
        // The array is moved out and back, so that appending needs no exclusivity check per value.
        var collected: [EventValue] = []
        swap(&collected, &values)
        var reason = walk(&scanner, &collected)
        if reason == nil, !isObject { reason = .notAnObject }
        if reason != nil { collected.removeAll(keepingCapacity: true) }
        swap(&collected, &values)
        return reason
    }

    /// Reads one JSON value and everything in it.
    private func walk(_ scanner: inout JSONScanner, _ values: inout [EventValue]) -> RejectReason? {
        var depth = 0
        var field = FieldTable.root  // of the value that comes next

        func emit(_ kind: ValueKind, _ text: UnsafeRawBufferPointer, isSpelled: Bool = false) {
            guard field != FieldTable.root else { return }
            values.append(EventValue(field: field, kind: kind, text: text, isSpelled: isSpelled))
        }

        while true {
            let start: UnsafePointer<UInt8>
            switch scanner.peek() {
            case UInt8(ascii: "\""):
                scanner.position += 1
                if keepsEscapes {
                    guard let spelled = scanner.readSpelled(&arena) else { return .notJSON }
                    emit(.string, spelled.text, isSpelled: spelled.isSpelled)
                } else {
                    guard let text = scanner.readString(&arena) else { return .notJSON }
                    emit(.string, text)
                }
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                start = scanner.position
                guard scanner.skipNumber() else { return .notJSON }
                emit(.number, UnsafeRawBufferPointer(start: start, count: scanner.position - start))
            case UInt8(ascii: "t"), UInt8(ascii: "f"):
                start = scanner.position
                guard scanner.skip("true") || scanner.skip("false") else { return .notJSON }
                emit(.boolean, UnsafeRawBufferPointer(start: start, count: scanner.position - start))
            case UInt8(ascii: "n"):
                start = scanner.position
                guard scanner.skip("null") else { return .notJSON }
                emit(.null, UnsafeRawBufferPointer(start: start, count: scanner.position - start))
            case UInt8(ascii: "{"):
                guard depth < Self.maximumDepth else { return .tooDeep }
                scanner.position += 1
                if scanner.peek() == UInt8(ascii: "}") {
                    scanner.position += 1
                    break
                }
                emit(.object, UnsafeRawBufferPointer(start: nil, count: 0))
                containers[depth] = field * 2 + 1
                depth += 1
                guard let below = readKey(&scanner, below: field) else { return .notJSON }
                field = below
                continue
            case UInt8(ascii: "["):
                guard depth < Self.maximumDepth else { return .tooDeep }
                scanner.position += 1
                if scanner.peek() == UInt8(ascii: "]") {
                    scanner.position += 1
                    break
                }
                containers[depth] = field * 2
                depth += 1
                continue
            default:
                return .notJSON
            }

            // A value ended; so may the objects and lists it is in.
            nextItem: while true {
                let next = scanner.peek()
                if depth == 0 { return scanner.position == scanner.end ? nil : .notJSON }
                scanner.position += 1
                let container = containers[depth - 1]
                let isObject = container & 1 != 0
                switch next {
                case UInt8(ascii: ","):
                    field = container >> 1
                    if isObject {
                        guard let below = readKey(&scanner, below: field) else { return .notJSON }
                        field = below
                    }
                    break nextItem
                case UInt8(ascii: "}") where isObject, UInt8(ascii: "]") where !isObject:
                    depth -= 1
                default:
                    return .notJSON
                }
            }
        }
    }

    /// Reads a key and its colon, and gives the field they lead to.
    @inline(__always)
    private func readKey(_ scanner: inout JSONScanner, below parent: Int) -> Int? {
        guard scanner.peek() == UInt8(ascii: "\"") else { return nil }
        scanner.position += 1
        guard let key = scanner.readString(&arena), scanner.peek() == UInt8(ascii: ":") else { return nil }
        scanner.position += 1
        return fields.field(below: parent, key: key)
    }
}
