import CIsal

/// igzip's decoder of Huffman-coded deflate blocks, and the window it decodes into. All of igzip's unsafe state is
/// kept here.
///
/// It is driven in a way that works alike in all versions of ISA-L 2:
/// - The block to decode is always shown as the stream's last (its BFINAL bit, which is in the first byte handed over,
///   is set), so that igzip stops behind it instead of running into the next block.
/// - No output room is ever given, so that igzip decodes into its window buffer only and stays in the state
///   `INPUT_DONE`, where the position in bits can be read. (In `FINISH` versions from 2.31.1 drop the bits they hold.)
///   It goes to `FINISH` as soon as all output has been taken; one byte of history is therefore declared not taken.
final class IgzipDecoder {
    enum Outcome {
        /// The input given is used up, or the window is full.
        case more
        case blockEnd
        /// Not decodable by igzip. What it produced in this call is worthless: its fast loop counts bytes of a match
        /// before it has checked it.
        case refused
    }

    /// A place in the source that need not lie between bytes: some high bits of the byte before it are still unused.
    struct HeldBits {
        /// 0...7
        var count = 0
        /// The unused bits, in the low positions.
        var value: UInt8 = 0
    }

    /// Deflate's matches reach back this far, in bytes.
    static let windowSize = 32 * 1024

    private let state: UnsafeMutablePointer<inflate_state>
    private let window: UnsafeMutablePointer<UInt8>
    /// Bytes of the window buffer that hold content; the last ones are the most recent.
    private var filled = 0

    init() {
        state = .allocate(capacity: 1)
        isal_inflate_init(state)
        window = coldtrail_isal_window(state)
    }

    deinit {
        state.deallocate()
    }

    /// The last content decoded, at most 32 KiB.
    var history: UnsafeRawBufferPointer {
        let count = min(filled, Self.windowSize)
        return UnsafeRawBufferPointer(start: window + (filled - count), count: count)
    }

    /// Replaces the history: `fill` writes at most 32 KiB and returns how many bytes.
    func setHistory(_ fill: (UnsafeMutablePointer<UInt8>) -> Int) {
        filled = fill(window)
        precondition(filled <= Self.windowSize)
    }

    func clearHistory() {
        filled = 0
    }

    /// Begins a block. `input` begins with the byte that follows the held bits; returns how many of its bytes are
    /// used by this call (0 or 1).
    func beginBlock(held: HeldBits, input: UnsafeRawBufferPointer) -> Int {
        isal_inflate_reset(state)
        let used = held.count == 0 ? 1 : 0
        let first = used == 1 ? input[0] : held.value
        // Bit 0 is BFINAL.
        state.pointee.read_in = UInt64(first | 1)
        state.pointee.read_in_length = Int32(used == 1 ? 8 : held.count)
        return used
    }

    /// Whole bytes that igzip has taken in and not used.
    var heldBytes: Int { Int(state.pointee.read_in_length) / 8 }

    /// The bits it has taken in and not used, without the whole bytes.
    var heldBits: HeldBits {
        let count = Int(state.pointee.read_in_length) % 8
        return HeldBits(count: count, value: UInt8(state.pointee.read_in & ((1 << UInt64(count)) - 1)))
    }

    /// Decodes into the window, at least 32 KiB at a time if the input suffices. `produced` stays valid until the
    /// next call; `consumed` counts input bytes.
    func decode(
        _ input: UnsafeRawBufferPointer
    ) -> (outcome: Outcome, consumed: Int, produced: UnsafeRawBufferPointer) {
        slide()
        let before = filled
        state.pointee.tmp_out_valid = Int32(filled)
        state.pointee.tmp_out_processed = Int32(filled - 1)
        state.pointee.next_out = window
        state.pointee.avail_out = 0
        // igzip only reads its input.
        state.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        state.pointee.avail_in = UInt32(clamping: input.count)
        let status = isal_inflate(state)
        let blockState = state.pointee.block_state
        let isDecoding = blockState == ISAL_BLOCK_CODED
        guard status == ISAL_DECOMP_OK, isDecoding || blockState == ISAL_BLOCK_INPUT_DONE,
            state.pointee.read_in_length >= 0
        else {
            // `filled` is as before, so the history is that from before the call.
            return (.refused, 0, UnsafeRawBufferPointer(start: nil, count: 0))
        }
        filled = Int(state.pointee.tmp_out_valid)
        let consumed = Int(UInt32(clamping: input.count) - state.pointee.avail_in)
        let produced = UnsafeRawBufferPointer(start: window + before, count: filled - before)
        return (isDecoding ? .more : .blockEnd, consumed, produced)
    }

    /// Moves the history to the window's front. igzip does the same from 32 KiB and one byte on, so that it never does.
    private func slide() {
        guard filled > Self.windowSize else { return }
        window.update(from: window + (filled - Self.windowSize), count: Self.windowSize)
        filled = Self.windowSize
    }
}
