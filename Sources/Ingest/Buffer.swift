#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A growable array of a trivial type for hot loops: no bounds checks, no reference counting, never shrinks.
///
/// The owner must call `free()`; elements past `count` are uninitialized. Safe because each buffer belongs to one
/// builder, which one worker uses at a time.
struct Buffer<Element: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var capacity: Int
    var count = 0

    init(capacity: Int = 64) {
        self.capacity = max(capacity, 1)
        base = .allocate(capacity: self.capacity)
    }

    func free() {
        base.deallocate()
    }

    @inline(__always)
    subscript(index: Int) -> Element {
        get { base[index] }
        nonmutating set { base[index] = newValue }
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow(to: count &+ 1) }
        base[count] = element
        count &+= 1
    }

    mutating func append(_ source: UnsafePointer<Element>, _ n: Int) {
        reserve(n)
        (base + count).update(from: source, count: n)
        count &+= n
    }

    /// Room for `n` more elements.
    @inline(__always)
    mutating func reserve(_ n: Int) {
        if count &+ n > capacity { grow(to: count &+ n) }
    }

    @inline(never)
    private mutating func grow(to wanted: Int) {
        let new = max(wanted, capacity &* 2)
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: new)
        memory.update(from: base, count: count)
        base.deallocate()
        base = memory
        capacity = new
    }

    /// Gives memory back when one unusual input made the buffer large.
    mutating func removeAll(keeping limit: Int) {
        count = 0
        if capacity > limit {
            base.deallocate()
            capacity = limit
            base = .allocate(capacity: limit)
        }
    }
}

extension Buffer where Element == UInt8 {
    /// Appends an SQLite varint (big-endian groups of seven bits; a ninth byte holds eight).
    @inline(__always)
    mutating func appendVarint(_ value: UInt64) {
        if value < 0x80 {
            append(UInt8(truncatingIfNeeded: value))
        } else {
            appendLongVarint(value)
        }
    }

    private mutating func appendLongVarint(_ value: UInt64) {
        reserve(9)
        let out = base + count
        if value >> 56 != 0 {
            var rest = value >> 8
            out[8] = UInt8(truncatingIfNeeded: value)
            for i in stride(from: 7, through: 0, by: -1) {
                out[i] = UInt8(truncatingIfNeeded: rest & 0x7F | 0x80)
                rest >>= 7
            }
            count &+= 9
            return
        }
        var groups = 1
        while value >> UInt64(7 &* groups) != 0 { groups &+= 1 }
        var rest = value
        for i in stride(from: groups &- 1, through: 0, by: -1) {
            out[i] = UInt8(truncatingIfNeeded: rest & 0x7F | (i == groups &- 1 ? 0 : 0x80))
            rest >>= 7
        }
        count &+= groups
    }
}

/// A 32-bit hash of short byte strings for tables that live in one batch; never stored.
/// At least 8 bytes after the string must be readable.
@inline(__always)
func batchHash(_ bytes: UnsafePointer<UInt8>, _ count: Int, seed: UInt64 = 0) -> UInt32 {
    let raw = UnsafeRawPointer(bytes)
    var hash = 0x9E37_79B9_7F4A_7C15 ^ (UInt64(truncatingIfNeeded: count) &+ seed) &* 0xA076_1D64_78BD_642F
    var at = 0
    while at &+ 8 <= count {
        hash = (hash ^ raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)) &* 0xE703_7ED1_A0B4_28DB
        hash ^= hash >> 29
        at &+= 8
    }
    let rest = count &- at
    if rest > 0 {
        let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) & (UInt64.max >> UInt64(64 &- 8 &* rest))
        hash = (hash ^ word) &* 0xE703_7ED1_A0B4_28DB
        hash ^= hash >> 29
    }
    hash = hash &* 0x8EBC_6AF0_9C88_C6E3
    return UInt32(truncatingIfNeeded: hash >> 32)
}

@inline(__always)
func sameBytes(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    if count <= 8 {
        // At least 8 bytes are readable at both places (slack of every arena and line buffer).
        if count == 0 { return true }
        let mask = UInt64.max >> UInt64(64 &- 8 &* count)
        let x = UnsafeRawPointer(a).loadUnaligned(as: UInt64.self)
        let y = UnsafeRawPointer(b).loadUnaligned(as: UInt64.self)
        return (x ^ y) & mask == 0
    }
    return memcmp(a, b, count) == 0
}

/// The order of two byte strings, as memcmp and then by length.
@inline(__always)
func compareBytes(_ a: UnsafePointer<UInt8>, _ m: Int, _ b: UnsafePointer<UInt8>, _ n: Int) -> Int {
    let order = memcmp(a, b, min(m, n))
    return order != 0 ? Int(order) : m &- n
}
