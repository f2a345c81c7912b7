import Events

/// One distinct value of a field in a chunk; the bytes belong to the chunk's lines or to the builder's arena.
struct ValueEntry: BitwiseCopyable {
    var bytes: UnsafePointer<UInt8>
    var hash: UInt32
    var length: UInt32
    /// Where the value's terms begin in `TermIndexer.cached`, how many there are, and how many joints follow them.
    var termStart: UInt32
    var termCount: UInt16
    var jointCount: UInt16
}

/// The codes that need no dictionary entry.
enum CellCode {
    static let absent: UInt32 = 0
    /// The field has a value, which only the event's own line tells.
    static let seeLine: UInt32 = 1
    static let firstEntry: UInt32 = 2
}

/// What a chunk knows of one field.
struct FieldState: BitwiseCopyable {
    var nameStart: Int
    var nameLength: Int
    var selected: Bool
    var touched = false
    var holdsObjects = false
    var lastEvent: UInt32 = 0
    /// Bytes of all values met, also repeated ones.
    var valueBytes: UInt64 = 0
    var events: UInt32 = 0
    /// Entries longer than `PartitionFormat.longestEntry`, and values that have one.
    var longEntries: UInt32 = 0
    var longValues: UInt32 = 0
    var slotMask = 0
    var slots: Buffer<UInt32>
    var entries: Buffer<ValueEntry>
    var cellEvents: Buffer<UInt32>
    var cellCodes: Buffer<UInt32>
}

/// The fields a worker has met: names are interned for the worker's life, contents live for one chunk.
struct FieldTable {
    private struct PathEntry: BitwiseCopyable {
        var hash: UInt32
        var parent: Int32
        var keyStart: UInt32
        var keyLength: UInt32
        var field: Int32
    }

    /// More names than this are forgotten at the chunk's end, so that hostile input cannot fill the memory.
    private static let namesKept = 8192

    private let selection: Set<[UInt8]>?
    private(set) var fields = Buffer<FieldState>(capacity: 256)
    private(set) var touched = Buffer<Int32>(capacity: 256)
    private(set) var names = Buffer<UInt8>(capacity: 8192)
    private var paths = Buffer<PathEntry>(capacity: 512)
    private var slots = Buffer<UInt32>(capacity: 1024)
    private var mask = 1023
    private var keys = Buffer<UInt8>(capacity: 8192)
    private var byName: [[UInt8]: Int32] = [:]

    /// - Parameter selection: the names given with `--fields`, or nil for all.
    init(selection: Set<[UInt8]>?) {
        self.selection = selection
        slots.base.update(repeating: 0, count: 1024)
    }

    mutating func free() {
        for i in 0..<fields.count { release(fields[i]) }
        fields.free()
        touched.free()
        names.free()
        paths.free()
        slots.free()
        keys.free()
    }

    private func release(_ field: FieldState) {
        field.slots.free()
        field.entries.free()
        field.cellEvents.free()
        field.cellCodes.free()
    }

    /// Forgets the chunk's contents.
    mutating func reset() {
        if fields.count > Self.namesKept {
            for i in 0..<fields.count { release(fields[i]) }
            fields.removeAll(keeping: 256)
            names.removeAll(keeping: 8192)
            paths.removeAll(keeping: 512)
            keys.removeAll(keeping: 8192)
            slots.base.update(repeating: 0, count: mask + 1)
            byName = [:]
        }
        for i in 0..<touched.count where Int(touched[i]) < fields.count {
            let field = fields.base + Int(touched[i])
            field.pointee.touched = false
            field.pointee.holdsObjects = false
            field.pointee.lastEvent = 0
            field.pointee.valueBytes = 0
            field.pointee.events = 0
            field.pointee.longEntries = 0
            field.pointee.longValues = 0
            field.pointee.entries.removeAll(keeping: 4096)
            field.pointee.cellEvents.removeAll(keeping: 8192)
            field.pointee.cellCodes.removeAll(keeping: 8192)
            if field.pointee.slotMask > 8191 {
                field.pointee.slots.removeAll(keeping: 16)
                field.pointee.slotMask = 15
            }
            field.pointee.slots.base.update(repeating: 0, count: field.pointee.slotMask + 1)
        }
        touched.removeAll(keeping: 4096)
    }

    func name(_ field: Int32) -> UnsafeBufferPointer<UInt8> {
        let state = fields[Int(field)]
        return UnsafeBufferPointer(start: names.base + state.nameStart, count: state.nameLength)
    }

    /// The field that `key` (raw, between its quotes) means inside `parent` (-1: the event itself).
    @inline(__always)
    mutating func lookup(parent: Int32, key: UnsafePointer<UInt8>, length: Int, escaped: Bool) -> Int32 {
        let hash = batchHash(key, length, seed: UInt64(truncatingIfNeeded: parent &+ 1) &* 0x1_0001)
        var slot = Int(hash) & mask
        while true {
            let number = slots[slot]
            if number == 0 { break }
            let entry = paths.base + Int(number &- 1)
            if entry.pointee.hash == hash, entry.pointee.parent == parent,
                entry.pointee.keyLength == UInt32(truncatingIfNeeded: length),
                sameBytes(keys.base + Int(entry.pointee.keyStart), key, length)
            {
                let field = entry.pointee.field
                touch(field)
                return field
            }
            slot = (slot &+ 1) & mask
        }
        let field = insert(parent, key, length, escaped, hash, slot)
        touch(field)
        return field
    }

    @inline(__always)
    private mutating func touch(_ field: Int32) {
        let state = fields.base + Int(field)
        if state.pointee.touched { return }
        state.pointee.touched = true
        touched.append(field)
    }

    @inline(never)
    private mutating func insert(
        _ parent: Int32, _ key: UnsafePointer<UInt8>, _ length: Int, _ escaped: Bool, _ hash: UInt32, _ slot: Int
    ) -> Int32 {
        var full: [UInt8] = []
        if parent >= 0 {
            full.append(contentsOf: name(parent))
            full.append(0x2E)
        }
        if escaped {
            let decoded = UnsafeMutablePointer<UInt8>.allocate(capacity: length + 16)
            defer { decoded.deallocate() }
            let count = ValidJSON.unescape(key, length, into: decoded)
            full.append(contentsOf: UnsafeBufferPointer(start: decoded, count: count))
        } else {
            full.append(contentsOf: UnsafeBufferPointer(start: key, count: length))
        }
        let field = byName[full] ?? addField(full)
        keys.reserve(length + 16)
        let start = keys.count
        keys.append(key, length)
        paths.append(
            PathEntry(
                hash: hash, parent: parent, keyStart: UInt32(truncatingIfNeeded: start),
                keyLength: UInt32(truncatingIfNeeded: length), field: field))
        slots[slot] = UInt32(truncatingIfNeeded: paths.count)
        if paths.count * 2 > mask { rehash() }
        return field
    }

    private mutating func addField(_ name: [UInt8]) -> Int32 {
        let start = names.count
        name.withUnsafeBufferPointer { bytes in
            if let base = bytes.baseAddress { names.append(base, bytes.count) }
        }
        let field = Int32(truncatingIfNeeded: fields.count)
        var state = FieldState(
            nameStart: start, nameLength: name.count, selected: selection?.contains(name) ?? true,
            slots: Buffer(capacity: 16), entries: Buffer(capacity: 8), cellEvents: Buffer(capacity: 8),
            cellCodes: Buffer(capacity: 8))
        state.slotMask = 15
        state.slots.base.update(repeating: 0, count: 16)
        fields.append(state)
        byName[name] = field
        return field
    }

    private mutating func rehash() {
        let size = (mask + 1) * 2
        slots.free()
        slots = Buffer(capacity: size)
        slots.base.update(repeating: 0, count: size)
        mask = size - 1
        for number in 0..<paths.count {
            var slot = Int(paths[number].hash) & mask
            while slots[slot] != 0 { slot = (slot &+ 1) & mask }
            slots[slot] = UInt32(truncatingIfNeeded: number) &+ 1
        }
    }

    /// The entry of a value, made if it is new.
    @inline(__always)
    func entry(
        of field: UnsafeMutablePointer<FieldState>, _ bytes: UnsafePointer<UInt8>, _ length: Int, isNew: inout Bool
    ) -> UInt32 {
        let hash = batchHash(bytes, length)
        var slot = Int(hash) & field.pointee.slotMask
        while true {
            let number = field.pointee.slots[slot]
            if number == 0 { break }
            let entry = field.pointee.entries.base + Int(number &- 1)
            if entry.pointee.hash == hash, entry.pointee.length == UInt32(truncatingIfNeeded: length),
                sameBytes(entry.pointee.bytes, bytes, length)
            {
                return number &- 1
            }
            slot = (slot &+ 1) & field.pointee.slotMask
        }
        isNew = true
        let number = UInt32(truncatingIfNeeded: field.pointee.entries.count)
        field.pointee.entries.append(
            ValueEntry(
                bytes: bytes, hash: hash, length: UInt32(truncatingIfNeeded: length), termStart: 0, termCount: 0,
                jointCount: 0))
        field.pointee.slots[slot] = number &+ 1
        if field.pointee.entries.count * 2 > field.pointee.slotMask { growSlots(field) }
        return number
    }

    @inline(never)
    private func growSlots(_ field: UnsafeMutablePointer<FieldState>) {
        let size = (field.pointee.slotMask + 1) * 4
        field.pointee.slots.free()
        field.pointee.slots = Buffer(capacity: size)
        field.pointee.slots.base.update(repeating: 0, count: size)
        field.pointee.slotMask = size - 1
        for number in 0..<field.pointee.entries.count {
            var slot = Int(field.pointee.entries[number].hash) & (size - 1)
            while field.pointee.slots[slot] != 0 { slot = (slot &+ 1) & (size - 1) }
            field.pointee.slots[slot] = UInt32(truncatingIfNeeded: number) &+ 1
        }
    }
}
