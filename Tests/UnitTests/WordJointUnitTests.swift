import Testing

@testable import Archive
@testable import Ingest

@Suite struct WordJointUnitTests {
    @Test func onlyLettersMeet() {
        for byte in UInt8.min...UInt8.max {
            let isLetter = (0x61...0x7A).contains(byte)
            for place in 0..<4 {
                var bytes = Array("qxzb".utf8)
                bytes[place] = byte
                #expect((WordJoint(Array(bytes[..<2]), Array(bytes[2...])) != nil) == isLetter)
            }
        }
        #expect(WordJoint(Array("a".utf8), Array("bc".utf8)) == nil)
        #expect(WordJoint(Array("the".utf8), Array("web".utf8)) == WordJoint(Array("he".utf8), Array("we".utf8)))
        #expect(WordJoint(Array("he".utf8), Array("we".utf8)) != WordJoint(Array("we".utf8), Array("he".utf8)))
    }

    /// A few of half a million; a hash that used few rows would tell nothing apart.
    @Test func jointsAreSpreadOverTheRows() {
        var used: Set<UInt16> = []
        let letters = Array("abcdefghijklmnopqrstuvwxyz".utf8)
        for a in letters {
            for b in letters {
                for c in letters {
                    if let joint = WordJoint([a, b], [c, 0x65]) { used.insert(joint.row) }
                }
            }
        }
        #expect(used.count > 6_500)
        #expect(used.allSatisfy { $0 < WordJoint.rows })
    }

    @Test func aTableHoldsWhatItsBlocksHold() throws {
        var random = SeededGenerator(state: 3)
        for blocks in [4, 7, 8, 9, 40] {
            let held = (0..<blocks).map { _ in
                Set((0..<300).map { _ in UInt16.random(in: 0..<UInt16(WordJoint.rows), using: &random) })
            }
            var builder = JointTableBuilder(blocks: blocks)
            for some in held {
                var rows = [UInt8](repeating: 0, count: JointTableBuilder.blockBytes)
                for row in some { rows[Int(row >> 3)] |= 1 << UInt8(row & 7) }
                builder.add(rows)
            }
            #expect(builder.bits.count == JointTable.size(blocks))
            let table = JointTable(builder.bits, blocks: blocks)
            for a in stride(from: 0, to: 676, by: 13) {
                let ends = [UInt8(97 + a / 26), UInt8(97 + a % 26)]
                let joints = [try #require(WordJoint(ends, ends)), try #require(WordJoint(ends, [0x61, 0x62]))]
                #expect(
                    table.blocks(holding: joints) == held.map { some in joints.allSatisfy { some.contains($0.row) } })
            }
            #expect(table.blocks(holding: []) == held.map { _ in true })
        }
    }

    /// An event with millions of joints keeps each once.
    @Test func aLongEventTakesLittleMemory() {
        var joints = JointList()
        defer { joints.free() }
        joints.startEvent()
        joints.add(7)
        joints.startEvent()
        for number in 0..<5_000_000 { joints.add(UInt16(number % 3_000)) }
        joints.startEvent()
        joints.add(8_191)
        #expect(joints.rows.capacity <= 1 << 17)
        var out = Buffer<UInt8>(capacity: 16)
        defer { out.free() }
        let frames = [FrameInfo(events: 1, rawBytes: 1, bytes: 1), FrameInfo(events: 2, rawBytes: 1, bytes: 1)]
        joints.write(frames, places: [], to: &out)
        #expect(rows(out, 0) == [7])
        #expect(rows(out, 1) == Array(0..<3_000) + [8_191])
        out.count = 0
        joints.write(frames, places: [1, 0, 1], to: &out)
        #expect(rows(out, 0) == Array(0..<3_000))
        #expect(rows(out, 1) == [7, 8_191])
    }

    private func rows(_ tables: Buffer<UInt8>, _ frame: Int) -> [Int] {
        (0..<WordJoint.rows).filter { tables[frame * 1_024 + ($0 >> 3)] >> UInt8($0 & 7) & 1 != 0 }
    }
}
