/// The paths of the fields that a decoder has met, numbered from 0 in the order of their first appearance.
///
/// A path is kept as its parent and its last key, so that deep nesting takes memory by its bytes, not by their
/// square. `{"a":{"b":1}}` and `{"a.b":1}` name the same field; a link per way of writing it makes the second
/// look-up of either a single probe. Names are compared byte by byte, unlike Swift strings.
struct FieldTable {
    /// The parent of keys of the outermost object.
    static let root = -1

    /// A key below a field (or the root), and the field it leads to.
    private struct Link {
        var parent: Int
        var field: Int
        var key: Range<Int>
        var hash: UInt64
    }

    /// A field as it was first met.
    private struct Field {
        var parent: Int
        var key: Range<Int>
        var nameHash: UInt64
        var nameLength: Int
    }

    private let hasher = SeededHash()
    private var fields: [Field] = []
    private var links: [Link] = []
    private var fieldsByName = HashSlots()
    private var linksByKey = HashSlots()
    private var keyBytes: [UInt8] = []

    var count: Int { fields.count }

    /// The bytes of memory that the table holds, roughly.
    var memoryUse: Int {
        keyBytes.capacity + fields.capacity * MemoryLayout<Field>.stride + links.capacity * MemoryLayout<Link>.stride
            + (fields.count + links.count) * 32
    }

    /// The field that a key below `parent` leads to; entered if it is new.
    @inline(__always)
    mutating func field(below parent: Int, key: UnsafeRawBufferPointer) -> Int {
        let hash = hasher.hash(key, below: parent)
        return linkedField(parent, key, hash) ?? addLink(parent, key, hash)
    }

    /// The field of that name, if it was met.
    func field(named name: UnsafeRawBufferPointer) -> Int? {
        linkedField(Self.root, name, hasher.hash(name, below: Self.root))
            ?? namedField(Self.root, name, hasher.nameHash(hasher.nameStart, appending: name))
    }

    /// The keys on the way to the field, joined by dots.
    func name(of field: Int) -> String {
        var pieces: [Range<Int>] = []
        var current = field
        while current != Self.root {
            pieces.append(fields[current].key)
            current = fields[current].parent
        }
        var name: [UInt8] = []
        name.reserveCapacity(fields[field].nameLength)
        for (index, piece) in pieces.reversed().enumerated() {
            if index > 0 { name.append(UInt8(ascii: ".")) }
            name.append(contentsOf: keyBytes[piece])
        }
        return String(decoding: name, as: UTF8.self)
    }

    @inline(__always)
    private func linkedField(_ parent: Int, _ key: UnsafeRawBufferPointer, _ hash: UInt64) -> Int? {
        links.withUnsafeBufferPointer { links in
            keyBytes.withUnsafeBytes { keyBytes in
                linksByKey.position(hash) { position in
                    let link = links[position]
                    return link.hash == hash && link.parent == parent && link.key.count == key.count
                        && areEqual(UnsafeRawBufferPointer(rebasing: keyBytes[link.key]), key)
                }.map { links[$0].field }
            }
        }
    }

    @inline(never)
    private mutating func addLink(_ parent: Int, _ key: UnsafeRawBufferPointer, _ hash: UInt64) -> Int {
        let start = keyBytes.count
        keyBytes.append(contentsOf: key)
        let range = start..<keyBytes.count
        let field = namedField(parent, key, nameHash(parent, key)) ?? addField(parent, key, range)
        linksByKey.insert(hash, position: links.count)
        links.append(Link(parent: parent, field: field, key: range, hash: hash))
        return field
    }

    private mutating func addField(_ parent: Int, _ key: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int {
        let hash = nameHash(parent, key)
        fieldsByName.insert(hash, position: fields.count)
        fields.append(
            Field(parent: parent, key: range, nameHash: hash, nameLength: nameLength(parent, key.count)))
        return fields.count - 1
    }

    private func namedField(_ parent: Int, _ key: UnsafeRawBufferPointer, _ hash: UInt64) -> Int? {
        let length = nameLength(parent, key.count)
        return fieldsByName.position(hash) { field in
            fields[field].nameHash == hash && fields[field].nameLength == length
                && hasName(field, parent: parent, key: key)
        }
    }

    private func nameHash(_ parent: Int, _ key: UnsafeRawBufferPointer) -> UInt64 {
        guard parent != Self.root else { return hasher.nameHash(hasher.nameStart, appending: key) }
        let prefix = hasher.nameHash(fields[parent].nameHash, appending: UInt8(ascii: "."))
        return hasher.nameHash(prefix, appending: key)
    }

    private func nameLength(_ parent: Int, _ keyLength: Int) -> Int {
        parent == Self.root ? keyLength : fields[parent].nameLength + 1 + keyLength
    }

    /// Whether the field's name is the parent's, a dot and the key; compared from the end, as paths are stored.
    private func hasName(_ field: Int, parent: Int, key: UnsafeRawBufferPointer) -> Bool {
        keyBytes.withUnsafeBytes { bytes in
            var a = UnsafeRawBufferPointer(rebasing: bytes[fields[field].key])[...]
            var aParent = fields[field].parent
            var b = key[...]
            var bParent = parent
            while true {
                while let aByte = a.last, let bByte = b.last {
                    if aByte != bByte { return false }
                    a.removeLast()
                    b.removeLast()
                }
                if a.isEmpty && b.isEmpty {
                    if aParent == bParent { return true }
                    if aParent == Self.root || bParent == Self.root { return false }
                }
                // Where one side's key ends, its dot must stand on the other.
                let aEnds = a.isEmpty
                let bEnds = b.isEmpty
                if aEnds {
                    guard aParent != Self.root, bEnds || b.popLast() == UInt8(ascii: ".") else { return false }
                    a = UnsafeRawBufferPointer(rebasing: bytes[fields[aParent].key])[...]
                    aParent = fields[aParent].parent
                }
                if bEnds {
                    guard bParent != Self.root, aEnds || a.popLast() == UInt8(ascii: ".") else { return false }
                    b = UnsafeRawBufferPointer(rebasing: bytes[fields[bParent].key])[...]
                    bParent = fields[bParent].parent
                }
            }
        }
    }

    /// Whether two buffers of the same length hold the same bytes.
    @inline(__always)
    private func areEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard let aBase = a.baseAddress, let bBase = b.baseAddress else { return true }
        let count = a.count
        var offset = 0
        while count - offset >= 8 {
            if (aBase + offset).loadUnaligned(as: UInt64.self) != (bBase + offset).loadUnaligned(as: UInt64.self) {
                return false
            }
            offset += 8
        }
        while offset < count {
            if aBase.load(fromByteOffset: offset, as: UInt8.self) != bBase.load(fromByteOffset: offset, as: UInt8.self)
            {
                return false
            }
            offset += 1
        }
        return true
    }
}
