/// The codes of consecutive events, or of those of them that have a value: 0 no value, 1 see the line, else an entry.
///
/// They lie in a `CellMemory`, until that is used again.
public struct CodeCells {
    public let count: Int
    /// The least and the greatest code that is not 0, as the partition says.
    public let codes: ClosedRange<UInt32>
    /// What is added to each number that is stored.
    private let base: UInt32
    private let width: Int
    private let bytes: UnsafeRawBufferPointer

    /// - Parameters:
    ///   - width: bytes of a number: 1, 2 or 4.
    ///   - bytes: `count` numbers, little-endian, aligned.
    init(count: Int, width: Int, base: UInt32, codes: ClosedRange<UInt32>, _ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= count * width)
        (self.count, self.width, self.base, self.codes, self.bytes) = (count, width, base, codes, bytes)
    }

    /// Bytes of a code up to this.
    static func width(for code: UInt32) -> Int {
        code < 0x100 ? 1 : code < 0x10000 ? 2 : 4
    }

    /// - Parameter place: below `count`.
    public subscript(place: Int) -> UInt32 {
        switch width {
        case 1: base &+ UInt32(bytes[place])
        case 2: base &+ UInt32(UInt16(littleEndian: bytes.load(fromByteOffset: 2 * place, as: UInt16.self)))
        default: base &+ UInt32(littleEndian: bytes.load(fromByteOffset: 4 * place, as: UInt32.self))
        }
    }

    /// The greatest number that is stored, without what is added to each.
    var greatestDistance: UInt32 {
        switch width {
        case 1: greatest(UInt8.self)
        case 2: greatest(UInt16.self)
        default: greatest(UInt32.self)
        }
    }

    @inline(__always)
    private func greatest<Code: FixedWidthInteger & UnsignedInteger>(_: Code.Type) -> UInt32 {
        bytes.withMemoryRebound(to: Code.self) { codes in
            var greatest: Code = 0
            for place in 0..<count { greatest = max(greatest, Code(littleEndian: codes[place])) }
            return UInt32(greatest)
        }
    }

    /// Counts events by their codes.
    ///
    /// - Returns: false if there is a code that `counts` has no place for; then some are not counted.
    func count(into counts: UnsafeMutableBufferPointer<UInt64>) -> Bool {
        switch width {
        case 1: count(UInt8.self, into: counts)
        case 2: count(UInt16.self, into: counts)
        default: count(UInt32.self, into: counts)
        }
    }

    @inline(__always)
    private func count<Code: FixedWidthInteger & UnsignedInteger>(
        _: Code.Type, into counts: UnsafeMutableBufferPointer<UInt64>
    ) -> Bool {
        let base = Int(base)
        return bytes.withMemoryRebound(to: Code.self) { codes in
            for stored in codes.prefix(count) {
                let code = base &+ Int(Code(littleEndian: stored))
                guard code < counts.count else { return false }
                counts[code] &+= 1
            }
            return true
        }
    }

    /// Sets a bit for each code that lies in `wanted`, 64 a word, and clears those of the others.
    ///
    /// - Parameter words: at least one for 64 codes.
    /// - Returns: the greatest code.
    func mark(_ wanted: ClosedRange<UInt32>, _ words: UnsafeMutableBufferPointer<UInt64>) -> UInt32 {
        precondition((count + 63) / 64 <= words.count)
        let greatest =
            switch width {
            case 1: mark(UInt8.self, wanted, words)
            case 2: mark(UInt16.self, wanted, words)
            default: mark(UInt32.self, wanted, words)
            }
        let (code, isTooLarge) = base.addingReportingOverflow(greatest)
        return isTooLarge ? .max : code
    }

    /// Returns the greatest number.
    @inline(__always)
    private func mark<Code: FixedWidthInteger & UnsignedInteger>(
        _: Code.Type, _ wanted: ClosedRange<UInt32>, _ words: UnsafeMutableBufferPointer<UInt64>
    ) -> UInt32 {
        let most = UInt32(Code.max)
        let first = wanted.lowerBound > base ? wanted.lowerBound - base : 0
        let low = Code(min(first, most))
        // None can pass where the numbers are too small or too narrow for the codes.
        let yes: UInt8 = wanted.upperBound >= base && first <= most ? 1 : 0
        let span = yes == 0 ? 0 : Code(min(wanted.upperBound - base, most)) - low
        return bytes.withMemoryRebound(to: Code.self) { stored in
            guard let start = stored.baseAddress else { return 0 }
            var greatest: Code = 0
            // Whether 64 codes pass as bytes of 0 and 1, without a branch; then eight of them a multiplication.
            withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { passes in
                guard let marks = passes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
                for (word, first) in stride(from: 0, to: count, by: 64).enumerated() {
                    let length = min(64, count - first)
                    if length < 64 { marks.update(repeating: 0, count: 64) }
                    let codes = start + first
                    for place in 0..<length {
                        let code = Code(littleEndian: codes[place])
                        marks[place] = code &- low <= span ? yes : 0
                        greatest = max(greatest, code)
                    }
                    var bits: UInt64 = 0
                    for group in 0..<8 {
                        let eight = passes.load(fromByteOffset: 8 * group, as: UInt64.self).littleEndian
                        bits |= ((eight &* 0x0102_0408_1020_4080) >> 56) << UInt64(8 * group)
                    }
                    words[word] = bits
                }
            }
            return UInt32(greatest)
        }
    }

    /// The same by a table with a number for each code: a bit of `first` for its lowest bit, of `second` for the next.
    ///
    /// - Returns: false if there is a code that the table has no place for.
    func mark(
        by table: UnsafeBufferPointer<UInt8>, _ first: UnsafeMutableBufferPointer<UInt64>,
        _ second: UnsafeMutableBufferPointer<UInt64>
    ) -> Bool {
        precondition((count + 63) / 64 <= min(first.count, second.count))
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { codes in
            guard let start = codes.baseAddress else { return false }
            for (word, begin) in stride(from: 0, to: count, by: 64).enumerated() {
                let end = min(begin + 64, count)
                copy(begin..<end, to: start)
                var (firstBits, secondBits): (UInt64, UInt64) = (0, 0)
                for place in 0..<end - begin {
                    let code = Int(start[place])
                    guard code < table.count else { return false }
                    let number = UInt64(table[code])
                    firstBits |= (number & 1) &<< UInt64(place)
                    secondBits |= (number >> 1 & 1) &<< UInt64(place)
                }
                first[word] = firstBits
                second[word] = secondBits
            }
            return true
        }
    }

    /// Copies the codes of a range of places within 0..<`count`.
    public func copy(_ places: Range<Int>, to target: UnsafeMutablePointer<UInt32>) {
        precondition(places.lowerBound >= 0 && places.upperBound <= count)
        switch width {
        case 1: copy(UInt8.self, places, target)
        case 2: copy(UInt16.self, places, target)
        default: copy(UInt32.self, places, target)
        }
    }

    @inline(__always)
    private func copy<Code: FixedWidthInteger & UnsignedInteger>(
        _: Code.Type, _ places: Range<Int>, _ target: UnsafeMutablePointer<UInt32>
    ) {
        let base = base
        bytes.withMemoryRebound(to: Code.self) { codes in
            guard let start = codes.baseAddress else { return }
            for offset in 0..<places.count {
                target[offset] = base &+ UInt32(Code(littleEndian: start[places.lowerBound &+ offset]))
            }
        }
    }

    /// Puts each code at the place of its event, and 0 at all others.
    ///
    /// - Parameters:
    ///   - presence: the events, as many as there are codes.
    ///   - room: for a code of `width(for: codes.upperBound)` bytes for each of `events`.
    func scatter(_ presence: UnsafeBufferPointer<UInt64>, events: Int, into room: UnsafeMutableRawBufferPointer) {
        room.initializeMemory(as: UInt8.self, repeating: 0)
        switch Self.width(for: codes.upperBound) {
        case 1: scatter(presence, room.bindMemory(to: UInt8.self))
        case 2: scatter(presence, room.bindMemory(to: UInt16.self))
        default: scatter(presence, room.bindMemory(to: UInt32.self))
        }
    }

    @inline(__always)
    private func scatter<Target: FixedWidthInteger & UnsignedInteger>(
        _ presence: UnsafeBufferPointer<UInt64>, _ target: UnsafeMutableBufferPointer<Target>
    ) {
        switch width {
        case 1: scatter(UInt8.self, presence, target)
        case 2: scatter(UInt16.self, presence, target)
        default: scatter(UInt32.self, presence, target)
        }
    }

    @inline(__always)
    private func scatter<Code: FixedWidthInteger & UnsignedInteger, Target: FixedWidthInteger & UnsignedInteger>(
        _: Code.Type, _ presence: UnsafeBufferPointer<UInt64>, _ target: UnsafeMutableBufferPointer<Target>
    ) {
        let base = base
        bytes.withMemoryRebound(to: Code.self) { codes in
            var number = 0
            for (word, events) in presence.enumerated() {
                var left = events
                while left != 0 {
                    let place = word &<< 6 &+ left.trailingZeroBitCount
                    let code = base &+ UInt32(Code(littleEndian: codes[number]))
                    target[place] = Target(truncatingIfNeeded: code).littleEndian
                    number &+= 1
                    left &= left &- 1
                }
            }
        }
    }
}
