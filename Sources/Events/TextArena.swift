/// The memory that texts with escapes are decoded into. It does not move between `reset` and `reset`.
struct TextArena {
    private var memory: UnsafeMutablePointer<UInt8>?
    private var capacity = 0
    private(set) var used = 0

    /// Forgets all texts; gives back memory that a huge line needed and this one (of `lineLength` bytes) does not.
    mutating func reset(lineLength: Int) {
        used = 0
        if capacity > 1 << 20, lineLength < capacity / 8 { free() }
    }

    /// Where the next text goes. A line's texts need no more bytes than what is left of the line when its first
    /// escape is met (an escape never grows), so this much is enough for all of them; eight bytes more may be
    /// written to, so that copying can go in steps of eight.
    mutating func top(restOfLine: Int) -> UnsafeMutablePointer<UInt8> {
        if let memory, used > 0 || capacity >= restOfLine + 8 { return memory + used }
        free()
        let new = UnsafeMutablePointer<UInt8>.allocate(capacity: restOfLine + 8)
        memory = new
        capacity = restOfLine + 8
        return new
    }

    /// Keeps the `count` bytes that were written at the top.
    mutating func keep(_ count: Int) {
        used += count
        assert(used + 8 <= capacity)
    }

    mutating func free() {
        memory?.deallocate()
        memory = nil
        capacity = 0
    }
}
