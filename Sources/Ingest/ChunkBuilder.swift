import Archive
import Events

/// Turns the events of one chunk into terms, columns and fingerprints in a single walk over their lines.
///
/// A worker owns one builder and uses it for one chunk after another. The lines must be JSON objects that a validator
/// has accepted, each followed by at least 64 readable bytes.
struct ChunkBuilder {
    /// A value longer than this many bytes gets no dictionary entry, unless it is one of few: its cell says "see the line".
    static let longestEntry = PartitionFormat.longestEntry

    var fields: FieldTable
    var index = TermIndexer()
    var canonical: Canonicalizer
    /// Per event its longest string, as it stands in the line: what an event says mostly tells what kind it is.
    var longest = Buffer<LineText>()
    private var eventNumber: UInt32 = 0
    /// The present event's strings whose escapes were decoded; it does not move while an event is walked.
    private var decoded = Buffer<UInt8>(capacity: 1 << 16)
    private var arenas: [Buffer<UInt8>] = []
    private var listDepth = 0

    init(selection: Set<[UInt8]>?) {
        fields = FieldTable(selection: selection)
        canonical = Canonicalizer()
    }

    mutating func free() {
        fields.free()
        index.free()
        canonical.free()
        longest.free()
        decoded.free()
        for arena in arenas { arena.free() }
    }

    /// Before the first chunk of a span. What tells where its lines go is kept over all chunks of it.
    mutating func startSpan() {
        longest.removeAll(keeping: 1 << 14)
        index.joints.reset()
    }

    mutating func startChunk() {
        if fields.fields.count > 8192 { canonical.forgetShapes() }
        fields.reset()
        index.reset()
        decoded.removeAll(keeping: 1 << 20)
        for arena in arenas { arena.free() }
        arenas = []
        eventNumber = 0
    }

    /// Takes in one event, a line of `length` bytes, and appends its 16-byte fingerprint to `fingerprints`, at the latest in
    /// `finishFingerprints`.
    mutating func add(line: UnsafePointer<UInt8>, length: Int, fingerprints: inout Buffer<UInt8>) {
        eventNumber &+= 1
        longest.append(LineText(start: line, count: 0))
        index.terms.startEvent()
        index.joints.startEvent()
        canonical.start()
        decoded.count = 0
        decoded.reserve(length + 64)
        var at = line
        if at.pointee == 0xEF { at += 3 }  // the byte order mark of a file's first line
        at = ValidJSON.skipSpace(at)
        _ = walkObject(at + 1, parent: -1)
        canonical.finish(fields: fields, appendTo: &fingerprints)
    }

    /// Appends the fingerprints that are still missing.
    mutating func finishFingerprints(_ fingerprints: inout Buffer<UInt8>) {
        canonical.finishFingerprints(&fingerprints)
    }

    /// From just after `{` to just after `}`.
    private mutating func walkObject(_ start: UnsafePointer<UInt8>, parent: Int32) -> UnsafePointer<UInt8> {
        var at = start
        while true {
            at = ValidJSON.skipSpace(at)
            if at.pointee == 0x7D { return at + 1 }
            if at.pointee == 0x2C {
                at = ValidJSON.skipSpace(at + 1)
            }
            let key = at + 1
            var escaped = false
            at = ValidJSON.skipString(at, escaped: &escaped)
            let field = fields.lookup(parent: parent, key: key, length: at - key - 1, escaped: escaped)
            at = ValidJSON.skipSpace(at)
            at = ValidJSON.skipSpace(at + 1)
            at = takeValue(at, field: field)
        }
    }

    private mutating func takeValue(_ at: UnsafePointer<UInt8>, field: Int32) -> UnsafePointer<UInt8> {
        var flag = false
        switch at.pointee {
        case 0x22:
            let room = decoded.base + decoded.count
            let (end, length) = ValidJSON.readString(at, into: room)
            if end - at - 2 > longest[longest.count &- 1].count {
                longest[longest.count &- 1] = LineText(start: at + 1, count: end - at - 2)
            }
            let text = length.map { Text(bytes: room, count: $0) } ?? Text(bytes: at + 1, count: end - at - 2)
            decoded.count &+= length ?? 0
            if listDepth == 0 { canonical.add(field, text.bytes, text.count, .string) }
            enter(field, at, end, .string, text)
            return end
        case 0x7B:
            let inside = ValidJSON.skipSpace(at + 1)
            if inside.pointee == 0x7D {
                leaf(field, at, inside + 1, .emptyObject)
                return inside + 1
            }
            fields.fields.base[Int(field)].holdsObjects = true
            return walkObject(inside, parent: field)
        case 0x5B:
            let end = ValidJSON.skipContainer(at, holdsObject: &flag)
            leaf(field, at, end, .list)
            if flag {
                listDepth += 1
                explode(at, field: field)
                listDepth -= 1
            } else {
                enter(field, at, end, .list, Text(bytes: at, count: end - at))
            }
            return end
        case 0x6E:
            leaf(field, at, at + 4, .null)
            return at + 4
        default:
            let end = ValidJSON.skipScalar(at)
            let kind: LeafKind = at.pointee == 0x74 ? .true : at.pointee == 0x66 ? .false : .number
            leaf(field, at, end, kind)
            enter(field, at, end, kind, Text(bytes: at, count: end - at))
            return end
        }
    }

    /// A list that holds objects: its items are values of the same field, its objects are entered (R17).
    private mutating func explode(_ list: UnsafePointer<UInt8>, field: Int32) {
        var at = ValidJSON.skipSpace(list + 1)
        while at.pointee != 0x5D {
            if at.pointee == 0x2C {
                at = ValidJSON.skipSpace(at + 1)
            }
            at = ValidJSON.skipSpace(takeValue(at, field: field))
        }
    }

    @inline(__always)
    private mutating func leaf(
        _ field: Int32, _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ kind: LeafKind
    ) {
        if listDepth == 0 { canonical.add(field, at, end - at, kind) }
    }

    /// What a value says: a string without its quotes and escapes, any other value as written.
    private struct Text {
        var bytes: UnsafePointer<UInt8>
        var count: Int
    }

    /// Decodes a string, from its quote to just after the other one. All texts of a line are shorter than the line.
    @inline(__always)
    private mutating func decode(_ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Text {
        let text = decoded.base + decoded.count
        let count = ValidJSON.unescape(at + 1, end - at - 2, into: text)
        decoded.count &+= count
        return Text(bytes: text, count: count)
    }

    /// Enters a value into its field's column and its text into the term index.
    private mutating func enter(
        _ number: Int32, _ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ kind: LeafKind, _ text: Text
    ) {
        let field = fields.fields.base + Int(number)
        if kind == .list, !listHasValue(at) { return }
        let length = end - at
        field.pointee.valueBytes &+= UInt64(length)
        guard field.pointee.selected else {
            if field.pointee.lastEvent != eventNumber { field.pointee.events &+= 1 }
            field.pointee.lastEvent = eventNumber
            return
        }
        let isLong = length > Self.longestEntry
        if isLong, length > PartitionFormat.longestRepeated || field.pointee.longEntries >= PartitionFormat.longEntries
        {
            tokenize(text, kind)
            setCell(field, CellCode.seeLine, at, length)
            return
        }
        var isNew = false
        let entry = fields.entry(of: field, at, length, isNew: &isNew)
        if isLong {
            field.pointee.longValues &+= 1
            if isNew { field.pointee.longEntries &+= 1 }
        }
        if isNew {
            let start = index.cached.count
            index.joints.reserve(JointList.ofAnEntry)
            let firstJoint = index.joints.rows.count
            index.caching = true
            tokenize(text, kind)
            index.caching = false
            let made = field.pointee.entries.base + Int(entry)
            made.pointee.termStart = UInt32(truncatingIfNeeded: start)
            made.pointee.termCount = UInt16(truncatingIfNeeded: index.cached.count - start)
            made.pointee.jointCount = UInt16(truncatingIfNeeded: index.joints.rows.count - firstJoint)
            for i in firstJoint..<index.joints.rows.count { index.cached.append(UInt32(index.joints.rows[i])) }
        } else {
            let known = field.pointee.entries[Int(entry)]
            let terms = index.cached.base + Int(known.termStart)
            for i in 0..<Int(known.termCount) { index.terms.add(number: terms[i]) }
            let joints = terms + Int(known.termCount)
            for i in 0..<Int(known.jointCount) { index.joints.add(UInt16(truncatingIfNeeded: joints[i])) }
        }
        setCell(field, entry &+ CellCode.firstEntry, at, length)
    }

    /// Sets the event's cell; a second value in the same event joins the first with a line feed between them.
    @inline(__always)
    private mutating func setCell(
        _ field: UnsafeMutablePointer<FieldState>, _ code: UInt32, _ at: UnsafePointer<UInt8>, _ length: Int
    ) {
        if field.pointee.lastEvent == eventNumber {
            joinCell(field, code, at, length)
            return
        }
        field.pointee.lastEvent = eventNumber
        field.pointee.events &+= 1
        field.pointee.cellEvents.append(eventNumber)
        field.pointee.cellCodes.append(code)
    }

    @inline(never)
    private mutating func joinCell(
        _ field: UnsafeMutablePointer<FieldState>, _ code: UInt32, _ at: UnsafePointer<UInt8>, _ length: Int
    ) {
        let last = field.pointee.cellCodes.count - 1
        let present = field.pointee.cellCodes[last]
        guard present != CellCode.seeLine, code != CellCode.seeLine else {
            field.pointee.cellCodes[last] = CellCode.seeLine
            return
        }
        let first = field.pointee.entries[Int(present - CellCode.firstEntry)]
        let total = Int(first.length) + 1 + length
        guard total <= Self.longestEntry else {
            field.pointee.cellCodes[last] = CellCode.seeLine
            return
        }
        let room = arenaRoom(total + 8)
        room.update(from: first.bytes, count: Int(first.length))
        room[Int(first.length)] = 0x0A
        (room + Int(first.length) + 1).update(from: at, count: length)
        var isNew = false
        field.pointee.cellCodes[last] = fields.entry(of: field, room, total, isNew: &isNew) + CellCode.firstEntry
    }

    /// Memory that stays where it is until the chunk's end.
    private mutating func arenaRoom(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        if arenas.isEmpty || arenas[arenas.count - 1].count + count > arenas[arenas.count - 1].capacity {
            arenas.append(Buffer(capacity: max(1 << 16, count)))
        }
        let last = arenas.count - 1
        let room = arenas[last].base + arenas[last].count
        arenas[last].count += count
        return room
    }

    // MARK: terms

    private mutating func tokenize(_ text: Text, _ kind: LeafKind) {
        switch kind {
        case .string: tokenizeString(text.bytes, text.count)
        case .number, .true, .false: index.index(text.bytes, text.count)
        case .list: tokenizeList(text.bytes, text.bytes + text.count)
        case .null, .emptyObject: break
        }
    }

    private mutating func tokenizeString(_ text: UnsafePointer<UInt8>, _ count: Int) {
        index.index(text, count)
        guard count <= 45, count >= 2, looksLikeIPv6(text, count),
            let address = IPAddress.parse(UnsafeRawBufferPointer(start: text, count: count))
        else { return }
        var token = address.token
        token.withUTF8 { utf8 in
            if let base = utf8.baseAddress { index.indexWord(base, utf8.count) }
        }
    }

    private func looksLikeIPv6(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var colons = 0
        for i in 0..<count {
            switch text[i] {
            case 0x3A: colons += 1
            case 0x30...0x39, 0x41...0x46, 0x61...0x66, 0x2E: break
            default: return false
            }
        }
        return colons >= 2
    }

    /// A list without objects: all its scalars, at any depth.
    private mutating func tokenizeList(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
        var at = start
        while at < end {
            switch at.pointee {
            case 0x5B, 0x5D, 0x2C, 0x20, 0x09, 0x0D: at += 1
            case 0x22:
                var escaped = false
                let next = ValidJSON.skipString(at, escaped: &escaped)
                if escaped {
                    let kept = decoded.count
                    let text = decode(at, next)
                    tokenizeString(text.bytes, text.count)
                    decoded.count = kept
                } else {
                    tokenizeString(at + 1, next - at - 2)
                }
                at = next
            case 0x6E: at += 4
            default:
                let next = ValidJSON.skipScalar(at)
                index.index(at, next - at)
                at = next
            }
        }
    }

    /// Whether a list without objects holds anything but nulls and empty lists (R16).
    private func listHasValue(_ list: UnsafePointer<UInt8>) -> Bool {
        var at = list
        var depth = 0
        while true {
            switch at.pointee {
            case 0x5B: depth += 1
            case 0x5D:
                depth -= 1
                if depth == 0 { return false }
            case 0x2C, 0x20, 0x09, 0x0D: break
            case 0x6E: at += 3
            default: return true
            }
            at += 1
        }
    }
}
