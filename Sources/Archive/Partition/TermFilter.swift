/// A Bloom filter over a partition's terms: says "certainly not here" without opening the file.
///
/// Blocks of 64 bytes; a term's 64-bit FNV-1a hash, mixed, picks a block and eight bits in it. Ten bits a term give
/// about 1 % false answers. Partitions with more than `termLimit` terms have none: opening them is cheap in comparison.
public struct TermFilter: Sendable {
    public static let termLimit = 150_000

    public private(set) var bytes: [UInt8]

    public init(terms: Int) {
        let blocks = max(1, (terms * 10 + 511) / 512)
        bytes = [UInt8](repeating: 0, count: blocks * 64)
    }

    /// - Throws: `ArchiveError.damaged` if the stored size is impossible.
    public init(stored: [UInt8]) throws(ArchiveError) {
        guard !stored.isEmpty, stored.count % 64 == 0 else { throw ArchiveError(.damaged, "a term filter is damaged") }
        bytes = stored
    }

    public static func hash(_ term: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in term { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash ^= hash >> 33
        hash = hash &* 0xFF51_AFD7_ED55_8CCD
        hash ^= hash >> 33
        hash = hash &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ hash >> 33
    }

    public mutating func insert(hash: UInt64) {
        let (block, probes) = place(hash)
        var rest = probes
        for _ in 0..<8 {
            let bit = Int(rest & 511)
            bytes[block + bit >> 3] |= 1 << UInt8(bit & 7)
            rest = rest >> 8 | rest << 56
            rest = rest &* 0x9E37_79B9_7F4A_7C15
        }
    }

    public func mayContain(hash: UInt64) -> Bool {
        let (block, probes) = place(hash)
        var rest = probes
        for _ in 0..<8 {
            let bit = Int(rest & 511)
            if bytes[block + bit >> 3] & 1 << UInt8(bit & 7) == 0 { return false }
            rest = rest >> 8 | rest << 56
            rest = rest &* 0x9E37_79B9_7F4A_7C15
        }
        return true
    }

    private func place(_ hash: UInt64) -> (block: Int, probes: UInt64) {
        let blocks = UInt64(bytes.count / 64)
        return (Int(((hash >> 32) * blocks) >> 32) * 64, hash &* 0xD6E8_FEB8_6659_FD93)
    }
}
