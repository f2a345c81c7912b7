import Crypto

/// The way from a leaf of a Merkle tree to its root: the hashes beside it, from the leaf up (RFC 6962, section 2.1.1).
///
/// On each level nodes are paired from the left; a last one without a partner goes up as it is, and adds no hash.
public enum MerklePath {
    /// The hashes beside a node of a level and beside its ancestors.
    ///
    /// - Parameters:
    ///   - index: of the node, from 0.
    ///   - nodes: of the level, 32 bytes each.
    public static func siblings(of index: Int, in nodes: [UInt8]) -> [[UInt8]] {
        var siblings: [[UInt8]] = []
        var level = nodes
        var index = index
        while level.count > 32 {
            let count = level.count / 32
            if index ^ 1 < count {
                let start = (index ^ 1) * 32
                siblings.append(Array(level[start..<start + 32]))
            }
            var above: [UInt8] = []
            for pair in 0..<(count + 1) / 2 {
                let start = pair * 64
                above += MerkleTree.root(of: Array(level[start..<min(start + 64, level.count)]))
            }
            level = above
            index /= 2
        }
        return siblings
    }

    /// The root that a leaf and its siblings lead to; nil if there are too few or too many of them.
    ///
    /// - Parameters:
    ///   - index: of the leaf, from 0, below `count`.
    ///   - count: leaves of the tree, at least 1.
    public static func root(of leaf: [UInt8], index: UInt64, count: UInt64, siblings: [[UInt8]]) -> [UInt8]? {
        var node = leaf
        var (index, count) = (index, count)
        var rest = siblings[...]
        guard index < count else { return nil }
        while count > 1 {
            if index ^ 1 < count {
                guard let sibling = rest.popFirst(), sibling.count == 32 else { return nil }
                node = MerkleTree.root(of: index % 2 == 0 ? node + sibling : sibling + node)
            }
            index /= 2
            count = count / 2 + count % 2
        }
        return rest.isEmpty ? node : nil
    }

    /// The leaf of a line.
    public static func leaf(line: UInt64, _ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hasher = MerkleTree.leafHasher(line: line)
        hasher.update(bufferPointer: bytes)
        return Array(MerkleTree.finishLeaf(&hasher, length: UInt64(bytes.count)))
    }
}
