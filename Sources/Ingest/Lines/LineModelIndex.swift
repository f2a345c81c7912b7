import Archive

/// A model of lines, made to look up pieces and values. Any number of threads may use it at once.
///
/// `@unchecked` is safe: everything is written in the initialiser only.
final class LineModelIndex: @unchecked Sendable {
    /// As the partition keeps it.
    let content: [UInt8]
    let pieceCount: Int

    private struct Stretch: BitwiseCopyable {
        var at: Int32
        var count: Int32
    }

    private struct Value: BitwiseCopyable {
        var stretch: Stretch
        var piece: Int32
        var number: UInt8
    }

    /// All texts, with readable bytes behind them.
    private var arena = Buffer<UInt8>(capacity: 1 << 16)
    private var pieces = Buffer<Stretch>()
    private var values = Buffer<Value>()
    /// A hash above, a place + 1 below; 0 is free. At most half full.
    private let pieceSlots: UnsafeMutableBufferPointer<UInt64>
    private let valueSlots: UnsafeMutableBufferPointer<UInt64>

    init(_ model: [(text: [UInt8], values: [[UInt8]])]) {
        content = LineModel.content(model)
        pieceCount = model.count
        pieceSlots = Self.slots(for: model.count)
        valueSlots = Self.slots(for: model.reduce(0) { $0 + $1.values.count })
        for (position, piece) in model.enumerated() {
            pieces.append(append(piece.text))
            for (number, value) in piece.values.enumerated() {
                values.append(
                    Value(stretch: append(value), piece: Int32(position + 1), number: UInt8(number + 1)))
            }
        }
        arena.reserve(64)
        (arena.base + arena.count).update(repeating: 0, count: 64)
        for place in 0..<pieces.count {
            let piece = pieces[place]
            Self.enter(batchHash(arena.base + Int(piece.at), Int(piece.count)), place, pieceSlots)
        }
        for place in 0..<values.count {
            let value = values[place]
            let start = arena.base + Int(value.stretch.at)
            Self.enter(
                batchHash(start, Int(value.stretch.count), seed: UInt64(value.piece)), place, valueSlots)
        }
    }

    deinit {
        arena.free()
        pieces.free()
        values.free()
        pieceSlots.deallocate()
        valueSlots.deallocate()
    }

    private func append(_ text: [UInt8]) -> Stretch {
        let at = arena.count
        text.withUnsafeBufferPointer { if let base = $0.baseAddress { arena.append(base, text.count) } }
        return Stretch(at: Int32(at), count: Int32(text.count))
    }

    private static func slots(for count: Int) -> UnsafeMutableBufferPointer<UInt64> {
        var size = 64
        while size < 2 * count { size *= 2 }
        let slots = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: size)
        slots.initialize(repeating: 0)
        return slots
    }

    private static func enter(_ hash: UInt32, _ place: Int, _ slots: UnsafeMutableBufferPointer<UInt64>) {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = UInt64(hash) << 32 | UInt64(place + 1)
    }

    /// The piece's number; 0 if the model lacks it. At least 8 bytes behind the text must be readable.
    @inline(__always)
    func piece(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        guard let start = text.baseAddress else { return 0 }
        return Self.find(batchHash(start, text.count), pieceSlots) { place in
            let piece = pieces[place]
            return Int(piece.count) == text.count && sameBytes(arena.base + Int(piece.at), start, text.count)
        } &+ 1
    }

    /// The number of a value behind a piece; `LineModel.textNumber` if the model lacks it.
    @inline(__always)
    func value(_ text: UnsafeBufferPointer<UInt8>, behind piece: Int) -> UInt8 {
        guard piece > 0, let start = text.baseAddress else { return LineModel.textNumber }
        let place = Self.find(batchHash(start, text.count, seed: UInt64(piece)), valueSlots) { place in
            let value = values[place]
            return Int(value.piece) == piece && Int(value.stretch.count) == text.count
                && sameBytes(arena.base + Int(value.stretch.at), start, text.count)
        }
        return place < 0 ? LineModel.textNumber : values[place].number
    }

    /// -1: not there.
    @inline(__always)
    private static func find(
        _ hash: UInt32, _ slots: UnsafeMutableBufferPointer<UInt64>, _ isSame: (Int) -> Bool
    ) -> Int {
        let mask = slots.count &- 1
        var slot = Int(hash) & mask
        while true {
            let found = slots[slot]
            if found == 0 { return -1 }
            let place = Int(found & 0xFFFF_FFFF) &- 1
            if UInt32(truncatingIfNeeded: found >> 32) == hash, isSame(place) { return place }
            slot = (slot &+ 1) & mask
        }
    }
}
