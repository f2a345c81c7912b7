import Crypto

/// The Merkle tree over an export's lines in file order (the tree shape of RFC 6962).
///
/// - leaf: SHA-256(0x00 ‖ line number ‖ line bytes without LF ‖ length), numbers as 64-bit little-endian; lines from 1;
/// - node: SHA-256(0x01 ‖ left ‖ right), split at the largest power of two below the number of leaves;
/// - an export without lines has the root SHA-256("").
///
/// 1,024 is a power of two, so the stored roots of 1,024 lines each are nodes of the same tree.
public struct MerkleTree {
    public static let groupSize = 1_024

    private var group: [UInt8] = []
    /// 32 bytes a group of 1,024 lines; the last may cover fewer.
    public private(set) var groupRoots: [UInt8] = []

    public init() {
        group.reserveCapacity(Self.groupSize * 32)
    }

    /// The line's bytes are to be fed to the hasher before `finishLeaf`.
    public static func leafHasher(line: UInt64) -> SHA256 {
        var hasher = SHA256()
        var head: (UInt8, UInt64) = (0, 0)
        head.1 = line.littleEndian
        withUnsafeBytes(of: head.0) { hasher.update(bufferPointer: $0) }
        withUnsafeBytes(of: head.1) { hasher.update(bufferPointer: $0) }
        return hasher
    }

    public static func finishLeaf(_ hasher: inout SHA256, length: UInt64) -> SHA256.Digest {
        withUnsafeBytes(of: length.littleEndian) { hasher.update(bufferPointer: $0) }
        return hasher.finalize()
    }

    /// Calls `body` with the three parts of the message whose SHA-256 is the leaf of a whole line: what `leafHasher` begins
    /// with, the line, what `finishLeaf` ends with.
    public static func withLeafMessage<Result>(
        of line: UnsafeRawBufferPointer, number: UInt64,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try withUnsafeTemporaryAllocation(byteCount: 9, alignment: 8) { head in
            head[0] = 0
            head.storeBytes(of: number.littleEndian, toByteOffset: 1, as: UInt64.self)
            return try withUnsafeBytes(of: UInt64(line.count).littleEndian) { tail in
                try body(UnsafeRawBufferPointer(head), line, tail)
            }
        }
    }

    /// Appends leaves (32 bytes each) in line order.
    public mutating func append(leaves: [UInt8]) {
        var at = 0
        while at < leaves.count {
            let n = min(Self.groupSize * 32 - group.count, leaves.count - at)
            group.append(contentsOf: leaves[at..<at + n])
            at += n
            if group.count == Self.groupSize * 32 {
                groupRoots.append(contentsOf: Self.root(of: group))
                group.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Ends the tree and returns its root.
    public mutating func finish() -> [UInt8] {
        if !group.isEmpty {
            groupRoots.append(contentsOf: Self.root(of: group))
            group.removeAll()
        }
        return Self.root(of: groupRoots)
    }

    /// The root over nodes of equal height (the last may be lower), 32 bytes each.
    public static func root(of nodes: [UInt8]) -> [UInt8] {
        if nodes.isEmpty { return Array(SHA256.hash(data: [UInt8]())) }
        var level = nodes
        while level.count > 32 {
            var above: [UInt8] = []
            above.reserveCapacity(level.count / 2 + 32)
            var at = 0
            while at < level.count {
                if at + 32 == level.count {
                    above.append(contentsOf: level[at...])
                } else {
                    var hasher = SHA256()
                    withUnsafeBytes(of: UInt8(1)) { hasher.update(bufferPointer: $0) }
                    level.withUnsafeBytes {
                        hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[at..<at + 64]))
                    }
                    hasher.finalize().withUnsafeBytes { above.append(contentsOf: $0) }
                }
                at += 64
            }
            level = above
        }
        return level
    }
}
