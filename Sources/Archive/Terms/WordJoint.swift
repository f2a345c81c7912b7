/// A place where two words meet: exactly one character that is no part of a word stands between them.
///
/// Told by the last two letters of the first word and the first two of the second, so that it is known of pieces of words
/// too; a pair of words in a row is far rarer than both somewhere in an event.
public struct WordJoint: Hashable, Sendable {
    /// The row of a `JointTable`; many joints share one.
    public let row: UInt16

    /// Rows of a table.
    public static let rows = 8_192

    /// - Parameter letters: the last two bytes of a word and the first two of the next one, folded as terms are, the first
    ///   in the lowest byte.
    /// - Returns: nil unless all are ASCII letters; nothing is told of others.
    @inlinable @inline(__always)
    public init?(_ letters: UInt32) {
        guard Self.areLetters(letters) else { return nil }
        // Multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4), the upper 13 bits.
        row = UInt16(truncatingIfNeeded: (letters &* 0x9E37_79B1) &>> 19)
    }

    /// - Parameters:
    ///   - first: a word or the end of one, folded.
    ///   - second: the next word or its beginning.
    public init?(_ first: [UInt8], _ second: [UInt8]) {
        guard first.count >= 2, second.count >= 2 else { return nil }
        self.init((first.suffix(2) + second.prefix(2)).reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }

    /// Whether all four bytes are lower-case letters.
    @inlinable @inline(__always)
    static func areLetters(_ bytes: UInt32) -> Bool {
        let top: UInt32 = 0x8080_8080
        guard bytes & top == 0 else { return false }
        // No carry goes from a byte to the next: all are below 0x80, and so are the numbers added.
        return (bytes &+ 0x1F1F_1F1F) & ~(bytes &+ 0x0505_0505) & top == top
    }
}

/// Which joints of words stand in which blocks of a partition.
public struct JointTable: Sendable {
    /// Fewer blocks are rather read.
    static let leastBlocks = 4
    /// What is read of one partition at most, in bytes: of 65,536 blocks.
    static let mostBytes = 64 << 20

    private let blocks: Int
    /// Row after row a bit for each block.
    private let bits: [UInt8]

    /// Bytes of a row.
    static func stride(_ blocks: Int) -> Int { (blocks + 7) / 8 }
    static func size(_ blocks: Int) -> Int { WordJoint.rows * stride(blocks) }

    /// - Parameter bits: `size(blocks)` bytes.
    init(_ bits: [UInt8], blocks: Int) {
        self.bits = bits
        self.blocks = blocks
    }

    /// By number of the block: whether all of the joints may stand in it.
    public func blocks(holding joints: some Collection<WordJoint>) -> [Bool] {
        let stride = Self.stride(blocks)
        var held = [UInt8](repeating: .max, count: stride)
        for joint in joints {
            let start = Int(joint.row) * stride
            for place in 0..<stride { held[place] &= bits[start + place] }
        }
        return (0..<blocks).map { held[$0 >> 3] >> UInt8($0 & 7) & 1 != 0 }
    }
}

/// Puts the tables of blocks together.
struct JointTableBuilder {
    /// Bytes of one block: a bit for each row.
    static let blockBytes = WordJoint.rows / 8

    private let stride: Int
    private(set) var bits: [UInt8]
    private var block = 0

    init(blocks: Int) {
        stride = JointTable.stride(blocks)
        bits = [UInt8](repeating: 0, count: JointTable.size(blocks))
    }

    /// - Parameter rows: of one or more blocks, a bit for each row.
    mutating func add(_ rows: [UInt8]) {
        for start in Swift.stride(from: 0, to: rows.count, by: Self.blockBytes) {
            let bit = UInt8(1) << UInt8(block & 7)
            for place in 0..<Self.blockBytes {
                var byte = rows[start + place]
                while byte != 0 {
                    bits[(place << 3 | byte.trailingZeroBitCount) * stride + (block >> 3)] |= bit
                    byte &= byte - 1
                }
            }
            block += 1
        }
    }
}
