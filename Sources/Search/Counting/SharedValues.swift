import Archive
import Events

/// Distinct texts that several threads number together: each text is kept once.
///
/// `@unchecked` is safe: each shard is changed under its mutex; texts are read when all threads are done.
final class SharedValues: @unchecked Sendable {
    private static let shards = 16

    private let tables: [ValueTable]
    private let mutexes: [Mutex]
    private let seed = UInt64.random(in: .min ... .max)
    private let keys = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
    /// Whether of a long text only a digest is kept.
    private let shortens: Bool
    private var listener: LongTexts?

    /// A text that takes more than this many bytes when it is spelled with `ShortEscapes` may be kept as a digest.
    private static let longest = 64
    /// Stands before a digest; no text begins with it.
    private static let mark: UInt8 = 0xFF

    init(shortens: Bool) {
        self.shortens = shortens
        let seed = seed
        tables = (0..<Self.shards).map { _ in ValueTable(seed: seed) }
        mutexes = (0..<Self.shards).map { _ in Mutex() }
    }

    /// Only when no thread changes it.
    var count: Int { tables.reduce(0) { $0 + $1.count } }

    var memory: Int { zip(tables, mutexes).reduce(0) { sum, shard in sum + shard.1.withLock { shard.0.memory } } }

    /// The number of a text, from 1; the numbers of many texts have few gaps.
    func intern(_ text: UnsafeRawBufferPointer) -> UInt32 {
        if keeps(text) { return number(of: text) }
        if ShortEscapes.count(in: text) == 0 { return numberOfDigest(text) { Array(text) } }
        return ShortEscapes.spell(text).withUnsafeBytes { numberOfDigest($0) { Array(text) } }
    }

    /// The number of a text that is spelled with `ShortEscapes`.
    func intern(spelled: UnsafeRawBufferPointer) -> UInt32 {
        if shortens, spelled.count > Self.longest {
            return numberOfDigest(spelled) { ShortEscapes.text(of: spelled) }
        }
        guard spelled.contains(0x5C) else { return number(of: spelled) }
        return ShortEscapes.text(of: spelled).withUnsafeBytes { number(of: $0) }
    }

    /// The digest of a text that is spelled with `ShortEscapes`; nil: the text is kept, or somebody listens, so that it is
    /// interned at once.
    func digest(spelled: UnsafeRawBufferPointer) -> (UInt64, UInt64)? {
        guard shortens, spelled.count > Self.longest, listener == nil else { return nil }
        return ValueTable.digest(spelled, keys)
    }

    /// Numbers many digests: threads wait for each other once a shard, and the processor need not wait for each slot.
    ///
    /// - Parameter body: called with the number of each, in no order.
    func intern(digests: [(UInt64, UInt64)], _ body: (UInt32) -> Void) {
        let length = 17
        withUnsafeTemporaryAllocation(byteCount: length * digests.count, alignment: 8) { memory in
            let texts = digests.enumerated().map { place, digest in
                let text = UnsafeMutableRawBufferPointer(rebasing: memory[length * place..<length * (place + 1)])
                text[0] = Self.mark
                text.storeBytes(of: digest.0, toByteOffset: 1, as: UInt64.self)
                text.storeBytes(of: digest.1, toByteOffset: 9, as: UInt64.self)
                return UnsafeRawBufferPointer(text)
            }
            intern(texts) { body($1) }
        }
    }

    /// - Parameter spelled: with `ShortEscapes`, so that texts of lines need not be decoded.
    private func numberOfDigest(_ spelled: UnsafeRawBufferPointer, text: () -> [UInt8]) -> UInt32 {
        let (first, second) = ValueTable.digest(spelled, keys)
        let number = withUnsafeTemporaryAllocation(byteCount: 17, alignment: 8) { short in
            short[0] = Self.mark
            short.storeBytes(of: first, toByteOffset: 1, as: UInt64.self)
            short.storeBytes(of: second, toByteOffset: 9, as: UInt64.self)
            return self.number(of: UnsafeRawBufferPointer(short))
        }
        listener?.hear(number, text)
        return number
    }

    private func number(of text: UnsafeRawBufferPointer) -> UInt32 {
        let hash = ValueTable.hash(text, seed)
        // Bits that a shard's own table does not look at.
        let shard = Int(hash & UInt64(Self.shards - 1))
        let number = mutexes[shard].withLock { tables[shard].intern(text, hash: hash) }
        return (number - 1) * UInt32(Self.shards) + UInt32(shard) + 1
    }

    /// Whether a text is kept as it is.
    func keeps(_ text: UnsafeRawBufferPointer) -> Bool {
        if !shortens || text.count <= Self.longest / 2 { return true }
        return text.count <= Self.longest && text.count + ShortEscapes.count(in: text) <= Self.longest
    }

    /// Numbers many texts that are kept as they are, shard by shard: threads wait for each other, and count references to
    /// the same tables, a few times a batch and not once a text.
    ///
    /// - Parameter body: called with the place of each text in the batch and its number.
    func intern(_ batch: [UnsafeRawBufferPointer], _ body: (Int, UInt32) -> Void) {
        let hashes = batch.map { ValueTable.hash($0, seed) }
        var starts = [Int](repeating: 0, count: Self.shards + 1)
        for hash in hashes { starts[Int(hash & UInt64(Self.shards - 1)) + 1] += 1 }
        for shard in 0..<Self.shards { starts[shard + 1] += starts[shard] }
        var next = starts
        var places = [Int](repeating: 0, count: batch.count)
        for (place, hash) in hashes.enumerated() {
            let shard = Int(hash & UInt64(Self.shards - 1))
            places[next[shard]] = place
            next[shard] += 1
        }
        for shard in 0..<Self.shards where starts[shard] < starts[shard + 1] {
            let table = tables[shard]
            mutexes[shard].withLock {
                let places = places[starts[shard]..<starts[shard + 1]]
                table.prepare(for: places.lazy.map { hashes[$0] })
                for place in places {
                    let number = table.intern(batch[place], hash: hashes[place])
                    body(place, (number - 1) * UInt32(Self.shards) + UInt32(shard) + 1)
                }
            }
        }
    }

    /// Whether only a digest of the text is kept.
    func isShortened(_ number: UInt32) -> Bool {
        shortens && withText(number) { $0.count == 17 && $0[0] == Self.mark }
    }

    /// Tells the long texts to `listener` as they are met again. Only when no thread interns.
    func tell(_ listener: LongTexts?) { self.listener = listener }

    /// Whether somebody listens.
    var isTelling: Bool { listener != nil }

    /// Whether the listener wants no more.
    var hasHeardAll: Bool { listener?.isComplete ?? false }

    /// Only when no thread changes it.
    func withText<Result>(_ number: UInt32, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let index = Int(number - 1)
        return try tables[index % Self.shards].withText(UInt32(index / Self.shards + 1), body)
    }

    /// By number (from 1) the place of each text among all in ascending order of their bytes. Only when no thread changes it.
    func places() -> [UInt32] {
        let most = tables.map(\.count).max() ?? 0
        var numbers: [UInt32] = []
        numbers.reserveCapacity(count)
        for (shard, table) in tables.enumerated() {
            for number in 0..<UInt32(table.count) { numbers.append(number * UInt32(Self.shards) + UInt32(shard) + 1) }
        }
        var places = Array(repeating: UInt32(0), count: most * Self.shards + 1)
        let sorted = TextSort.sorted(numbers) { number in self.withText(number) { $0 } }
        for (place, number) in sorted.enumerated() { places[Int(number)] = UInt32(place) }
        return places
    }

    /// Whether the first text is the smaller one, by bytes.
    func isSmaller(_ first: UInt32, than second: UInt32) -> Bool {
        withText(first) { a in withText(second) { TextOrder.isSmaller(a, than: $0) } }
    }
}
