/// Memory for the cells of one column after the other. One thread at a time.
public final class CellMemory {
    /// What is kept side by side.
    enum Use: Int, CaseIterable {
        /// Decompressed codes.
        case content
        /// Codes of the events that have a value.
        case codes
        /// The set of these events.
        case presence
        /// Codes of all events.
        case expanded
        /// Which of the codes pass, a bit each.
        case marks
        case furtherMarks
        /// A part of a dictionary.
        case entries
        /// The same by its numbers.
        case numbers
    }

    private var rooms = Use.allCases.map { _ in UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 16) }

    public init() {}

    deinit { rooms.forEach { $0.deallocate() } }

    /// Room of `size` bytes, which stays in place until room for the same use is asked for.
    func room(_ use: Use, _ size: Int) -> UnsafeMutableRawBufferPointer {
        if rooms[use.rawValue].count < size {
            rooms[use.rawValue].deallocate()
            rooms[use.rawValue] = .allocate(byteCount: size, alignment: 16)
        }
        return UnsafeMutableRawBufferPointer(rebasing: rooms[use.rawValue][..<size])
    }

    /// The same for a bit an event.
    func words(_ use: Use, events: Int) -> UnsafeMutableBufferPointer<UInt64> {
        room(use, (events + 63) / 64 * 8).bindMemory(to: UInt64.self)
    }
}
