#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Distinct texts, numbered from 1 in the order in which they were met.
///
/// The texts lie one after the other in pieces of memory that never move, so that a million of them take little more than
/// their bytes. Used by one thread at a time.
public final class ValueTable {
    private static let pieceLength = 1 << 18

    /// Each text with its length, four bytes, in front.
    private var pieces: [UnsafeMutableRawPointer] = []
    private var pieceBytes = 0
    private var room = 0
    private var next: UnsafeMutableRawPointer?
    /// Where each text begins.
    private var places: [UnsafeRawPointer] = []
    /// Number of a text, or 0, below the upper half of its hash; at most three quarters full.
    private var slots: [UInt64] = Array(repeating: 0, count: 64)
    private let seed: UInt64
    /// Says nothing; what is read ahead must go somewhere.
    private var prepared: UInt64 = 0

    public init() {
        seed = .random(in: .min ... .max)
    }

    init(seed: UInt64) {
        self.seed = seed
    }

    deinit {
        for piece in pieces { piece.deallocate() }
    }

    public var count: Int { places.count }

    /// Bytes that the table takes.
    public var memory: Int { pieceBytes + 8 * places.capacity + 8 * slots.count }

    /// The number of a text, a new one if it was never met.
    public func intern(_ text: UnsafeRawBufferPointer) -> UInt32 { intern(text, hash: Self.hash(text, seed)) }

    /// Whether the text was met.
    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        if places.isEmpty { return false }
        let hash = Self.hash(text, seed)
        let mark = hash & 0xFFFF_FFFF_0000_0000
        let mask = slots.count - 1
        var at = Int(truncatingIfNeeded: hash >> 32) & mask
        while slots[at] != 0 {
            let slot = slots[at]
            if slot & 0xFFFF_FFFF_0000_0000 == mark, isEqual(UInt32(truncatingIfNeeded: slot), text) { return true }
            at = (at + 1) & mask
        }
        return false
    }

    func intern(_ text: UnsafeRawBufferPointer, hash: UInt64) -> UInt32 {
        let mark = hash & 0xFFFF_FFFF_0000_0000
        let mask = slots.count - 1
        var at = Int(truncatingIfNeeded: hash >> 32) & mask
        while slots[at] != 0 {
            let slot = slots[at]
            if slot & 0xFFFF_FFFF_0000_0000 == mark {
                let number = UInt32(truncatingIfNeeded: slot)
                if isEqual(number, text) { return number }
            }
            at = (at + 1) & mask
        }
        append(text)
        let number = UInt32(places.count)
        slots[at] = mark | UInt64(number)
        if places.count * 4 > slots.count * 3 { grow() }
        return number
    }

    /// Numbers many texts: quicker than one after the other where the table is large, as the processor need not wait for
    /// each place.
    ///
    /// - Parameter body: called with the place of each text among `texts` and its number, in their order.
    public func intern(_ texts: [UnsafeRawBufferPointer], _ body: (Int, UInt32) -> Void) {
        let hashes = texts.map { Self.hash($0, seed) }
        prepare(for: hashes)
        for (place, text) in texts.enumerated() { body(place, intern(text, hash: hashes[place])) }
    }

    /// Numbers all texts of another table.
    ///
    /// - Returns: by the number of a text there, from 1 at place 0, its number here.
    public func intern(all other: ValueTable) -> [UInt32] {
        var numbers: [UInt32] = []
        numbers.reserveCapacity(other.count)
        var start = 0
        while start < other.count {
            let end = min(start + 512, other.count)
            intern((start..<end).map { other.text(UInt32($0 + 1)) }) { numbers.append($1) }
            start = end
        }
        return numbers
    }

    /// Brings the places of texts with these hashes into the processor's caches, all at once and not one after the other.
    func prepare(for hashes: some Sequence<UInt64>) {
        let mask = slots.count - 1
        slots.withUnsafeBufferPointer { slots in
            for hash in hashes { prepared ^= slots[Int(truncatingIfNeeded: hash >> 32) & mask] }
        }
    }

    /// The text of a number.
    public func withText<Result>(
        _ number: UInt32, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result { try body(text(number)) }

    private func text(_ number: UInt32) -> UnsafeRawBufferPointer {
        let place = places[Int(number) - 1]
        return UnsafeRawBufferPointer(start: place + 4, count: Int(place.loadUnaligned(as: UInt32.self)))
    }

    /// Whether the first text is the smaller one, by bytes.
    func isSmaller(_ first: UInt32, than second: UInt32) -> Bool {
        TextOrder.isSmaller(text(first), than: text(second))
    }

    private func isEqual(_ number: UInt32, _ text: UnsafeRawBufferPointer) -> Bool {
        let known = self.text(number)
        guard known.count == text.count else { return false }
        guard let base = text.baseAddress, let other = known.baseAddress else { return true }
        return memcmp(other, base, text.count) == 0
    }

    private func append(_ text: UnsafeRawBufferPointer) {
        let length = text.count + 4
        if length > room {
            let size = max(Self.pieceLength, length)
            let piece = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
            pieces.append(piece)
            pieceBytes += size
            (next, room) = (piece, size)
        }
        guard let place = next else { return }
        place.storeBytes(of: UInt32(text.count), as: UInt32.self)
        if let base = text.baseAddress { memcpy(place + 4, base, text.count) }
        places.append(UnsafeRawPointer(place))
        next = place + length
        room -= length
    }

    private func grow() {
        let old = slots
        slots = Array(repeating: 0, count: old.count * 2)
        let mask = slots.count - 1
        for slot in old where slot != 0 {
            var at = Int(truncatingIfNeeded: slot >> 32) & mask
            while slots[at] != 0 { at = (at + 1) & mask }
            slots[at] = slot
        }
    }

    /// A hash that differs from run to run, so that nobody can choose texts that collide.
    static func hash(_ text: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var state = seed ^ UInt64(text.count) &* 0xA076_1D64_78BD_642F
        var at = 0
        while at &+ 8 <= text.count {
            state = mix(state ^ text.loadUnaligned(fromByteOffset: at, as: UInt64.self), 0xE703_7ED1_A0B4_28DB)
            at &+= 8
        }
        return mix(state ^ tail(of: text, from: at), 0x8EBC_6AF0_9C88_C6E3)
    }

    /// The bytes from `at` on, fewer than eight: with those before them if there are as many.
    @inline(__always)
    private static func tail(of text: UnsafeRawBufferPointer, from at: Int) -> UInt64 {
        if at == text.count { return 0 }
        if text.count >= 8 { return text.loadUnaligned(fromByteOffset: text.count - 8, as: UInt64.self) }
        var tail: UInt64 = 0
        for byte in text[at...] { tail = tail << 8 | UInt64(byte) }
        return tail
    }

    /// Sixteen bytes that stand for a long text: with the random keys of a run two texts that have them in common are not
    /// to be expected in the age of the universe.
    public static func digest(_ text: UnsafeRawBufferPointer, _ keys: (UInt64, UInt64)) -> (UInt64, UInt64) {
        // Two hashes side by side, sixteen bytes a multiplication: both factors have a secret part. Of long texts every other
        // sixteen bytes go to two more, which do not wait for the first.
        let length = UInt64(text.count) &* 0xA076_1D64_78BD_642F
        let (first, second) = (keys.1 ^ 0xE703_7ED1_A0B4_28DB, keys.0 ^ 0x8EBC_6AF0_9C88_C6E3)
        var states = (keys.0 ^ length, keys.1 ^ length)
        var at = 0
        if text.count >= 64 {
            var others = (~states.0, ~states.1)
            while at &+ 32 <= text.count {
                let low = text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                let high = text.loadUnaligned(fromByteOffset: at &+ 8, as: UInt64.self)
                let otherLow = text.loadUnaligned(fromByteOffset: at &+ 16, as: UInt64.self)
                let otherHigh = text.loadUnaligned(fromByteOffset: at &+ 24, as: UInt64.self)
                states.0 = mix(states.0 ^ low, first ^ high)
                states.1 = mix(states.1 ^ low, second ^ high)
                others.0 = mix(others.0 ^ otherLow, first ^ otherHigh)
                others.1 = mix(others.1 ^ otherLow, second ^ otherHigh)
                at &+= 32
            }
            states.0 = mix(states.0 ^ first, others.0 ^ second)
            states.1 = mix(states.1 ^ second, others.1 ^ first)
        }
        while at &+ 16 <= text.count {
            let low = text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let high = text.loadUnaligned(fromByteOffset: at &+ 8, as: UInt64.self)
            states.0 = mix(states.0 ^ low, first ^ high)
            states.1 = mix(states.1 ^ low, second ^ high)
            at &+= 16
        }
        var low: UInt64 = 0
        if at &+ 8 <= text.count {
            low = text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            at &+= 8
        }
        let high = tail(of: text, from: at)
        states.0 = mix(states.0 ^ low, first ^ high)
        states.1 = mix(states.1 ^ low, second ^ high)
        return (mix(states.0, 0x8EBC_6AF0_9C88_C6E3), mix(states.1, 0xE703_7ED1_A0B4_28DB))
    }

    @inline(__always)
    static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
