import Archive

/// Says lines in the numbers of a model; `Archive.LineRebuilder` makes them lines again and tells the layout.
/// One thread at a time; the memory is used for one block after another.
struct LineModelEncoder {
    private struct Text: BitwiseCopyable {
        var piece: Int32
        var at: Int32
        var count: Int32
    }

    private var pieces = Buffer<UInt8>(capacity: 1 << 14)
    private var values = Buffer<UInt8>(capacity: 1 << 14)
    private var texts = Buffer<Text>(capacity: 1 << 12)
    /// Per piece the place of its next text.
    private var next = Buffer<Int32>()
    private var sorted = Buffer<Int32>()
    /// The content of the block that was encoded last, with readable bytes behind it.
    private(set) var content = Buffer<UInt8>(capacity: 1 << 16)
    /// Where the texts begin in it.
    private(set) var textsAt = 0

    func free() {
        pieces.free()
        values.free()
        texts.free()
        next.free()
        sorted.free()
        content.free()
    }

    /// Encodes lines, each with its line feed, into `content`.
    ///
    /// - Parameter lengths: of the lines without their line feeds.
    mutating func encode(
        _ lines: UnsafePointer<UInt8>, lengths: some Sequence<Int>, by model: LineModelIndex
    ) {
        pieces.removeAll(keeping: 1 << 20)
        values.removeAll(keeping: 1 << 20)
        texts.removeAll(keeping: 1 << 18)
        content.removeAll(keeping: 1 << 20)
        var at = lines
        for length in lengths {
            encode(at, length, from: lines, by: model)
            at += length + 1
        }
        content.appendVarint(UInt64(pieces.count))
        content.appendVarint(UInt64(values.count))
        content.append(pieces.base, pieces.count)
        content.append(values.base, values.count)
        textsAt = content.count
        appendTexts(of: lines, pieceCount: model.pieceCount)
    }

    @inline(__always)
    private mutating func encode(
        _ line: UnsafePointer<UInt8>, _ length: Int, from start: UnsafePointer<UInt8>, by model: LineModelIndex
    ) {
        var previous = 0
        LinePieces.forEach(line, length) { piece, value in
            let number = model.piece(piece)
            if number == 0 {
                pieces.append(0)
                addText(piece, from: start, piece: 0)
            } else {
                let step = Int64(number &- previous &- 1)
                pieces.appendVarint(UInt64(bitPattern: step << 1 ^ step >> 63) &+ 1)
                previous = number
            }
            guard let value else {
                values.append(LineModel.endNumber)
                return
            }
            let known = model.value(value, behind: number)
            values.append(known)
            if known == LineModel.textNumber { addText(value, from: start, piece: number) }
        }
    }

    @inline(__always)
    private mutating func addText(
        _ text: UnsafeBufferPointer<UInt8>, from start: UnsafePointer<UInt8>, piece: Int
    ) {
        let at = text.baseAddress.map { $0 - start } ?? 0
        texts.append(
            Text(
                piece: Int32(truncatingIfNeeded: piece), at: Int32(truncatingIfNeeded: at),
                count: Int32(truncatingIfNeeded: text.count)))
    }

    /// By pieces, so that what is alike stands together.
    private mutating func appendTexts(of lines: UnsafePointer<UInt8>, pieceCount: Int) {
        next.count = 0
        next.reserve(pieceCount + 2)
        next.count = pieceCount + 2
        for piece in 0..<next.count { next[piece] = 0 }
        for i in 0..<texts.count { next[Int(texts[i].piece) &+ 1] &+= 1 }
        for piece in 1..<next.count { next[piece] &+= next[piece &- 1] }
        sorted.count = 0
        sorted.reserve(texts.count)
        sorted.count = texts.count
        for i in 0..<texts.count {
            let piece = Int(texts[i].piece)
            sorted[Int(next[piece])] = Int32(truncatingIfNeeded: i)
            next[piece] &+= 1
        }
        for place in 0..<sorted.count {
            let text = texts[Int(sorted[place])]
            content.append(lines + Int(text.at), Int(text.count))
            content.append(0x0A)
        }
    }
}
