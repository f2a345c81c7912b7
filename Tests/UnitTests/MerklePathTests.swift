import Archive
import Testing

@Suite("Merkle paths") struct MerklePathTests {
    private func leaves(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { number in
            Array("line \(number)".utf8).withUnsafeBytes { MerklePath.leaf(line: UInt64(number + 1), $0) }
        }
    }

    /// The tree by its definition: split at the largest power of two below the number of leaves.
    private func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        if leaves.count == 1 { return leaves[leaves.startIndex] }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let border = leaves.startIndex + split
        return MerkleTree.root(of: root(leaves[..<border]) + root(leaves[border...]))
    }

    @Test("every leaf of every small tree leads to the root, and only with its own place")
    func allLeaves() {
        for count in Array(1...40) + [1_023, 1_024, 1_025, 2_049] {
            let all = leaves(count)
            let single = stride(from: 0, to: all.count, by: 32).map { Array(all[$0..<$0 + 32]) }
            let root = root(single[...])
            #expect(MerkleTree.root(of: all) == root)
            for index in count > 40 ? [0, 511, count - 2, count - 1] : Array(0..<count) {
                let siblings = MerklePath.siblings(of: index, in: all)
                func found(_ index: Int, _ count: Int, _ siblings: [[UInt8]]) -> [UInt8]? {
                    MerklePath.root(
                        of: single[min(index, single.count - 1)], index: UInt64(index), count: UInt64(count),
                        siblings: siblings)
                }
                #expect(found(index, count, siblings) == root)
                #expect(found(index, count, siblings + [root]) == nil)
                if !siblings.isEmpty { #expect(found(index, count, Array(siblings.dropLast())) == nil) }
                if index > 0 { #expect(found(index - 1, count, siblings) != root) }
            }
        }
        #expect(MerklePath.root(of: leaves(1), index: 1, count: 1, siblings: []) == nil)
    }

    @Test("a proof with one changed bit is refused, or says the same")
    func changedBits() throws {
        let all = leaves(5)
        let proof = LineProof(
            label: "web-01", digest: Array(repeating: 7, count: 32), sourceDigest: Array(repeating: 8, count: 32),
            lines: 5, line: 3, bytes: Array("line 2".utf8), siblings: MerklePath.siblings(of: 2, in: all),
            root: MerkleTree.root(of: all), tool: "0.1.0")
        let text = Array(proof.text.utf8)
        #expect(try LineProof(text: text, path: "p") == proof && proof.problem() == nil)
        #expect(proof.problem(expectedRoot: proof.root) == nil)
        #expect(proof.problem(expectedRoot: Array(repeating: 0, count: 32)) != nil)
        for bit in 0..<text.count * 8 {
            var changed = text
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let read = try? LineProof(text: changed, path: "p")
            #expect(read == nil || read?.problem() != nil, "bit \(bit)")
        }
        #expect(throws: ArchiveError.self) { try LineProof(text: [], path: "p") }
        #expect(throws: ArchiveError.self) { try LineProof(text: text + [0x20], path: "p") }
    }
}
