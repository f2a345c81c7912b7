import Events

/// What kind of JSON value stands at a field.
enum LeafKind: UInt8 {
    case string, number, `true`, `false`, null, list, emptyObject
}

/// Computes an event's fingerprint: the first 128 bits of the SHA-256 of its canonical form, version 1.
///
/// The canonical form (docs/archive-format.md) is equal for flat and nested spellings, any key order, white space,
/// escapes and number spelling: fields in the byte order of their dotted names, duplicates in document order.
struct Canonicalizer {
    private struct Leaf: BitwiseCopyable {
        var field: Int32
        var kind: UInt8
        /// A string's text without quotes and escapes, any other value as written.
        var bytes: UnsafePointer<UInt8>
        var length: Int
    }

    private struct Shape {
        var fields: [Int32]
        var order: [Int32]
    }

    private var leaves = Buffer<Leaf>(capacity: 512)
    private var shapeHash: UInt64 = 0
    private var shapes: [UInt64: Shape] = [:]
    private var out = Buffer<UInt8>(capacity: 1 << 16)
    /// Made when the first fingerprint is asked for.
    private var digests: MessageDigests?

    mutating func free() {
        leaves.free()
        out.free()
        digests?.free()
    }

    /// Field numbers have changed their meaning.
    mutating func forgetShapes() {
        shapes = [:]
    }

    mutating func start() {
        leaves.count = 0
        shapeHash = 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    mutating func add(_ field: Int32, _ bytes: UnsafePointer<UInt8>, _ length: Int, _ kind: LeafKind) {
        leaves.append(Leaf(field: field, kind: kind.rawValue, bytes: bytes, length: length))
        shapeHash = (shapeHash ^ UInt64(truncatingIfNeeded: field)) &* 0xE703_7ED1_A0B4_28DB
        shapeHash ^= shapeHash >> 31
    }

    /// Appends the event's fingerprint, at the latest in `finishFingerprints`.
    mutating func finish(
        fields: borrowing FieldTable, appendTo fingerprints: inout Buffer<UInt8>
    ) {
        writeForm(fields: fields)
        if digests == nil { digests = MessageDigests() }
        let form = form
        digests?.add(form) { Self.append($0, to: &fingerprints) }
    }

    /// Appends the fingerprints that are still missing.
    mutating func finishFingerprints(_ fingerprints: inout Buffer<UInt8>) {
        digests?.finish { Self.append($0, to: &fingerprints) }
    }

    private static func append(_ digest: UnsafeRawBufferPointer, to fingerprints: inout Buffer<UInt8>) {
        if let base = digest.baseAddress { fingerprints.append(base.assumingMemoryBound(to: UInt8.self), 16) }
    }

    /// The canonical form that was written last; valid until the next one.
    var form: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: out.base, count: out.count) }

    /// Writes the canonical form of the event whose leaves were added since `start`.
    mutating func writeForm(fields: borrowing FieldTable) {
        out.removeAll(keeping: 1 << 20)
        let order = order(fields)
        for i in 0..<leaves.count {
            let leaf = leaves[Int(order[i])]
            let name = fields.name(leaf.field)
            out.appendVarint(UInt64(name.count))
            if let base = name.baseAddress { out.append(base, name.count) }
            value(leaf.bytes, leaf.length, LeafKind(rawValue: leaf.kind) ?? .null)
        }
    }

    /// Calls `body` with each leaf in canonical order: its field, where it stands, its value's canonical form.
    mutating func forEachLeaf(
        fields: borrowing FieldTable,
        _ body: (Int32, UnsafePointer<UInt8>, Int, LeafKind, UnsafeRawBufferPointer) -> Void
    ) {
        let order = order(fields)
        for i in 0..<leaves.count {
            let leaf = leaves[Int(order[i])]
            let kind = LeafKind(rawValue: leaf.kind) ?? .null
            out.removeAll(keeping: 1 << 20)
            value(leaf.bytes, leaf.length, kind)
            body(leaf.field, leaf.bytes, leaf.length, kind, form)
        }
    }

    /// The order of the leaves by name, remembered per sequence of fields.
    private mutating func order(_ fields: borrowing FieldTable) -> [Int32] {
        if let shape = shapes[shapeHash], shape.fields.count == leaves.count, isSame(shape.fields) {
            return shape.order
        }
        let count = leaves.count
        let names = (0..<count).map { Array(fields.name(leaves[$0].field)) }
        let order = (0..<count).sorted { a, b in
            names[a] == names[b] ? a < b : names[a].lexicographicallyPrecedes(names[b])
        }.map { Int32(truncatingIfNeeded: $0) }
        if shapes.count >= 4096 { shapes = [:] }
        if count <= 4096 { shapes[shapeHash] = Shape(fields: (0..<count).map { leaves[$0].field }, order: order) }
        return order
    }

    private func isSame(_ fields: [Int32]) -> Bool {
        for i in 0..<leaves.count where fields[i] != leaves[i].field { return false }
        return true
    }

    private mutating func value(
        _ at: UnsafePointer<UInt8>, _ length: Int, _ kind: LeafKind
    ) {
        switch kind {
        case .string:
            out.append(0x73)  // s
            out.appendVarint(UInt64(length))
            out.append(at, length)
        case .number: number(at, length)
        case .true: out.append(0x74)
        case .false: out.append(0x66)
        case .null: out.append(0x7A)
        case .emptyObject: out.append(0x6F)
        case .list: list(at)
        }
    }

    /// A string of a list that holds escapes.
    private mutating func escapedString(_ at: UnsafePointer<UInt8>, _ length: Int) {
        let decoded = UnsafeMutablePointer<UInt8>.allocate(capacity: length + 64)
        defer { decoded.deallocate() }
        let count = ValidJSON.unescape(at, length, into: decoded)
        value(UnsafePointer(decoded), count, .string)
    }

    private mutating func number(_ at: UnsafePointer<UInt8>, _ length: Int) {
        out.append(0x6E)  // n
        // Plain integers, nearly all numbers of an export, need no general decimal arithmetic.
        var digits = length
        var plain = at.pointee != 0x2D && at.pointee != 0x30
        for i in 0..<length where at[i] < 0x30 || at[i] > 0x39 { plain = false }
        if plain, length < 10 {
            while at[digits - 1] == 0x30 { digits -= 1 }
            out.appendVarint(UInt64(digits + 2))
            out.append(at, digits)
            out.append(0x65)
            out.append(0x30 + UInt8(length - digits))
            return
        }
        var text: [UInt8] = []
        DecimalText.appendCanonical(UnsafeRawBufferPointer(start: at, count: length), to: &text)
        out.appendVarint(UInt64(text.count))
        for byte in text { out.append(byte) }
    }

    /// Items in order; objects inside as their own sorted fields between braces.
    private mutating func list(_ start: UnsafePointer<UInt8>) {
        out.append(0x5B)
        var at = ValidJSON.skipSpace(start + 1)
        while at.pointee != 0x5D {
            if at.pointee == 0x2C { at = ValidJSON.skipSpace(at + 1) }
            at = ValidJSON.skipSpace(item(at))
        }
        out.append(0x5D)
    }

    private mutating func item(_ at: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        var flag = false
        switch at.pointee {
        case 0x22:
            let end = ValidJSON.skipString(at, escaped: &flag)
            if flag { escapedString(at + 1, end - at - 2) } else { value(at + 1, end - at - 2, .string) }
            return end
        case 0x5B:
            list(at)
            return ValidJSON.skipContainer(at, holdsObject: &flag)
        case 0x7B:
            let end = ValidJSON.skipContainer(at, holdsObject: &flag)
            object(at)
            return end
        default:
            let end = ValidJSON.skipScalar(at)
            let kind: LeafKind =
                switch at.pointee {
                case 0x74: .true
                case 0x66: .false
                case 0x6E: .null
                default: .number
                }
            value(at, end - at, kind)
            return end
        }
    }

    private mutating func object(_ start: UnsafePointer<UInt8>) {
        var members: [(name: [UInt8], at: UnsafePointer<UInt8>)] = []
        collect(start, prefix: [], &members)
        let order = members.indices.sorted { a, b in
            members[a].name == members[b].name
                ? a < b : members[a].name.lexicographicallyPrecedes(members[b].name)
        }
        out.append(0x7B)
        for i in order {
            out.appendVarint(UInt64(members[i].name.count))
            for byte in members[i].name { out.append(byte) }
            if members[i].at.pointee == 0x7B { out.append(0x6F) } else { _ = item(members[i].at) }
        }
        out.append(0x7D)
    }

    /// The leaves of an object inside a list; an empty object is a leaf.
    private func collect(
        _ start: UnsafePointer<UInt8>, prefix: [UInt8], _ members: inout [(name: [UInt8], at: UnsafePointer<UInt8>)]
    ) {
        var at = ValidJSON.skipSpace(start + 1)
        while at.pointee != 0x7D {
            if at.pointee == 0x2C { at = ValidJSON.skipSpace(at + 1) }
            var escaped = false
            let key = at + 1
            at = ValidJSON.skipString(at, escaped: &escaped)
            var name = prefix.isEmpty ? [] : prefix + [0x2E]
            if escaped {
                var decoded = [UInt8](repeating: 0, count: at - key + 16)
                let count = decoded.withUnsafeMutableBufferPointer { room in
                    room.baseAddress.map { ValidJSON.unescape(key, at - key - 1, into: $0) } ?? 0
                }
                name += decoded[..<count]
            } else {
                name += UnsafeBufferPointer(start: key, count: at - key - 1)
            }
            at = ValidJSON.skipSpace(ValidJSON.skipSpace(at) + 1)
            if at.pointee == 0x7B, ValidJSON.skipSpace(at + 1).pointee != 0x7D {
                collect(at, prefix: name, &members)
            } else {
                members.append((name, at))
            }
            at = ValidJSON.skipSpace(ValidJSON.skipValue(at))
        }
    }
}
