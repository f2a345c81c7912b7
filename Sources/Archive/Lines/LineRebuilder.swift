#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Makes the lines of a block from what it says in terms of the partition's model. One thread at a time.
///
/// The content: varint bytes of the piece numbers, varint bytes of the value numbers, the piece numbers, the value numbers, and
/// to the end the texts, each with a line feed. docs/archive-format.md, "Blocks by a model", has the rest. Nothing is trusted:
/// all numbers, and the size of the result, are checked before the first byte is copied.
struct LineRebuilder {
    /// Bytes that may be read behind the content and the model, and written behind the lines.
    static let step = 32

    /// Per piece of a line its number, 0 if it is among the texts.
    private var pieces: [Int32] = []
    /// Where each text begins, and where one more would.
    private var texts: [Int] = []
    /// Per piece number the text that is next.
    private var next: [Int] = []

    /// - Parameters:
    ///   - content: followed by at least `step` readable bytes.
    ///   - count: of the lines with their line feeds, in bytes; `room` has at least `step` more.
    /// - Throws: `ArchiveError.damaged`; what is in the room is then undefined.
    mutating func rebuild(
        _ content: UnsafeRawBufferPointer, by model: LineModel, count: Int, into room: UnsafeMutableRawBufferPointer
    ) throws(ArchiveError) {
        var reader = ByteReader(content)
        let pieceBytes = try reader.length()
        let valueCount = try reader.length()
        guard pieceBytes <= content.count - reader.at, valueCount <= content.count - reader.at - pieceBytes else {
            throw ArchiveError(.damaged, "the numbers of pieces and values are cut off")
        }
        let numbers = UnsafeRawBufferPointer(rebasing: content[reader.at..<reader.at + pieceBytes])
        let valuesAt = reader.at + pieceBytes
        let values = UnsafeRawBufferPointer(rebasing: content[valuesAt..<valuesAt + valueCount])
        let size = try check(numbers, values, model)
        let textsAt = valuesAt + valueCount
        try findTexts(content, from: textsAt)
        guard size + content.count - textsAt == count + textCount, room.count >= count + Self.step else {
            throw ArchiveError(.damaged, "the lines are not as long as the block says")
        }
        copy(content, values, model, into: room)
    }

    private var textCount: Int { texts.count - 1 }

    /// Reads the piece numbers and counts the texts of each.
    ///
    /// - Returns: the bytes of all pieces and values that the model has, and of the line feeds.
    private mutating func check(
        _ numbers: UnsafeRawBufferPointer, _ values: UnsafeRawBufferPointer, _ model: LineModel
    ) throws(ArchiveError) -> Int {
        let wrong = ArchiveError(.damaged, "a number that the model of lines does not have")
        pieces.removeAll(keepingCapacity: true)
        pieces.reserveCapacity(values.count)
        next.removeAll(keepingCapacity: true)
        next.append(contentsOf: repeatElement(0, count: model.pieces.count + 2))
        var reader = ByteReader(numbers)
        var size = 0
        var previous = 0
        for value in values {
            let folded = try reader.varint()
            var piece = 0
            if folded == 0 {
                next[1] += 1
            } else {
                guard folded <= 4 * LineModel.mostPieces else { throw wrong }
                piece = previous + 1 + Int(ByteReader.unfolded(folded - 1))
                guard piece >= 1, piece <= model.pieces.count else { throw wrong }
                previous = piece
                size += Int(model.pieces[piece - 1].count)
            }
            switch value {
            case LineModel.textNumber: next[piece + 1] += 1
            case LineModel.endNumber:
                size += 1
                previous = 0
            default:
                guard piece > 0 else { throw wrong }
                let place = Int(model.firstValues[piece - 1]) + Int(value) - 1
                guard place < model.firstValues[piece] else { throw wrong }
                size += Int(model.values[place].count)
            }
            pieces.append(Int32(piece))
        }
        guard reader.isAtEnd, values.last ?? LineModel.endNumber == LineModel.endNumber else {
            throw ArchiveError(.damaged, "the numbers of pieces and values do not belong together")
        }
        for piece in 1..<next.count { next[piece] += next[piece - 1] }
        return size
    }

    /// Texts stand by the number of their piece, those of one piece in the order of the lines.
    private mutating func findTexts(_ content: UnsafeRawBufferPointer, from start: Int) throws(ArchiveError) {
        let expected = next[next.count - 1]
        texts.removeAll(keepingCapacity: true)
        guard expected <= content.count - start else { throw ArchiveError(.damaged, "texts are missing") }
        texts.reserveCapacity(expected + 1)
        texts.append(start)
        if let base = content.baseAddress {
            var at = start
            while at < content.count, let found = memchr(base + at, 0x0A, content.count - at) {
                at = UnsafeRawPointer(found) - base + 1
                texts.append(at)
            }
        }
        guard texts.count == expected + 1, texts[expected] == content.count else {
            throw ArchiveError(.damaged, "not as many texts as the numbers say")
        }
    }

    /// Copies what `check` and `findTexts` have found good.
    private mutating func copy(
        _ content: UnsafeRawBufferPointer, _ values: UnsafeRawBufferPointer, _ model: LineModel,
        into room: UnsafeMutableRawBufferPointer
    ) {
        guard let base = content.baseAddress, var out = room.baseAddress else { return }
        texts.withUnsafeBufferPointer { texts in
            next.withUnsafeMutableBufferPointer { next in
                model.bytes.withUnsafeBytes { known in
                    @inline(__always)
                    func appendText(of piece: Int) {
                        let text = next[piece]
                        next[piece] &+= 1
                        Self.append(base + texts[text], texts[text &+ 1] &- texts[text] &- 1, to: &out)
                    }
                    @inline(__always)
                    func append(_ stretch: LineModel.Stretch) {
                        guard let start = known.baseAddress else { return }
                        Self.append(start + Int(stretch.at), Int(stretch.count), to: &out)
                    }
                    for (i, value) in values.enumerated() {
                        let piece = Int(pieces[i])
                        if piece == 0 { appendText(of: 0) } else { append(model.pieces[piece &- 1]) }
                        switch value {
                        case LineModel.textNumber: appendText(of: piece)
                        case LineModel.endNumber:
                            out.storeBytes(of: 0x0A, as: UInt8.self)
                            out += 1
                        default: append(model.values[Int(model.firstValues[piece &- 1]) &+ Int(value) &- 1])
                        }
                    }
                }
            }
        }
    }

    /// Short stretches are copied as `step` bytes at once; what is too much is written over by what follows.
    @inline(__always)
    private static func append(_ source: UnsafeRawPointer, _ count: Int, to out: inout UnsafeMutableRawPointer) {
        if count <= step {
            let low = source.loadUnaligned(as: SIMD16<UInt8>.self)
            let high = source.loadUnaligned(fromByteOffset: 16, as: SIMD16<UInt8>.self)
            out.storeBytes(of: low, as: SIMD16<UInt8>.self)
            out.storeBytes(of: high, toByteOffset: 16, as: SIMD16<UInt8>.self)
        } else {
            out.copyMemory(from: source, byteCount: count)
        }
        out += count
    }
}
