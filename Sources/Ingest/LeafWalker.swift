/// Walks over an event and gives its leaves to a canonicalizer, without indexing anything.
struct LeafWalker {
    var fields = FieldTable(selection: nil)
    var canonical = Canonicalizer()
    /// Per field of the table: 1 keep its leaves, 2 leave them out, 0 not yet asked.
    private var verdicts: [UInt8] = []
    private let keeps: (UnsafeBufferPointer<UInt8>) -> Bool
    private var decoded = Buffer<UInt8>(capacity: 1 << 16)
    private var eventsSinceReset = 0

    /// - Parameter keeps: asked once a field name.
    init(keeps: @escaping (UnsafeBufferPointer<UInt8>) -> Bool) {
        self.keeps = keeps
    }

    mutating func free() {
        fields.free()
        canonical.free()
        decoded.free()
    }

    /// Takes in one event; afterwards `canonical` holds its leaves. At least 64 bytes behind the line are readable.
    mutating func walk(_ line: UnsafePointer<UInt8>, length: Int) {
        eventsSinceReset += 1
        if eventsSinceReset == 4_096 {
            if fields.fields.count > 8_192 {
                canonical.forgetShapes()
                verdicts = []
            }
            fields.reset()
            eventsSinceReset = 0
        }
        canonical.start()
        decoded.count = 0
        decoded.reserve(length + 64)
        var at = line
        if at.pointee == 0xEF { at += 3 }  // the byte order mark of a file's first line
        at = ValidJSON.skipSpace(at)
        _ = walkObject(at + 1, parent: -1)
    }

    private mutating func walkObject(_ start: UnsafePointer<UInt8>, parent: Int32) -> UnsafePointer<UInt8> {
        var at = start
        while true {
            at = ValidJSON.skipSpace(at)
            if at.pointee == 0x7D { return at + 1 }
            if at.pointee == 0x2C { at = ValidJSON.skipSpace(at + 1) }
            let key = at + 1
            var escaped = false
            at = ValidJSON.skipString(at, escaped: &escaped)
            let field = fields.lookup(parent: parent, key: key, length: at - key - 1, escaped: escaped)
            at = ValidJSON.skipSpace(ValidJSON.skipSpace(at) + 1)
            at = takeValue(at, field: field)
        }
    }

    private mutating func takeValue(_ at: UnsafePointer<UInt8>, field: Int32) -> UnsafePointer<UInt8> {
        switch at.pointee {
        case 0x22:
            let room = decoded.base + decoded.count
            let (end, length) = ValidJSON.readString(at, into: room)
            decoded.count &+= length ?? 0
            add(field, length == nil ? at + 1 : UnsafePointer(room), length ?? end - at - 2, .string)
            return end
        case 0x7B:
            let inside = ValidJSON.skipSpace(at + 1)
            if inside.pointee == 0x7D {
                add(field, at, inside + 1 - at, .emptyObject)
                return inside + 1
            }
            return walkObject(inside, parent: field)
        case 0x5B:
            var holdsObject = false
            let end = ValidJSON.skipContainer(at, holdsObject: &holdsObject)
            add(field, at, end - at, .list)
            return end
        case 0x6E:
            add(field, at, 4, .null)
            return at + 4
        default:
            let end = ValidJSON.skipScalar(at)
            add(field, at, end - at, at.pointee == 0x74 ? .true : at.pointee == 0x66 ? .false : .number)
            return end
        }
    }

    @inline(__always)
    private mutating func add(_ field: Int32, _ at: UnsafePointer<UInt8>, _ length: Int, _ kind: LeafKind) {
        while verdicts.count <= Int(field) { verdicts.append(0) }
        if verdicts[Int(field)] == 0 { verdicts[Int(field)] = keeps(fields.name(field)) ? 1 : 2 }
        if verdicts[Int(field)] == 1 { canonical.add(field, at, length, kind) }
    }
}
