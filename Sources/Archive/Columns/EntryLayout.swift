/// How the entries of a part of a dictionary lie before they are compressed (docs/archive-format.md, "Fields"): since 4.0 the
/// first byte of the part's data.
enum EntryLayout: UInt8 {
    /// Each with its length.
    case texts = 0
    /// Integers without sign, by their digits.
    case integers = 1
    /// Texts that differ in their digits alone.
    case template = 2
    /// IPv4 addresses.
    case addresses = 3

    /// Digits that one number may have.
    static let mostDigits = 18
    /// Fewer numbers are not worth a layout of their own.
    static let fewestNumbers = 256
    /// Of so many numbers one entry may be something else.
    static let numbersAnOther = 2
    /// Of so many integers one may have more digits than the others, so that their steps stay short.
    static let integersALonger = 256

    /// 10 to the powers of 0 to `mostDigits`.
    static let powers = (0...mostDigits).reduce(into: [UInt64]()) { powers, _ in
        powers.append(powers.last.map { $0 * 10 } ?? 1)
    }
}

/// Numbers of which none is less than the one before, kept as the steps to each, of the first 0, in planes of bytes: the
/// lowest byte of each step, then the next byte of each, and so on.
struct EntrySteps {
    let count: Int
    /// The first number.
    let start: UInt64
    /// Bytes of a step, 1 to 8.
    let width: Int
    private let planes: UnsafeRawBufferPointer

    /// - Parameter planes: `count * width` bytes.
    init(count: Int, from start: UInt64, width: Int, _ planes: UnsafeRawBufferPointer) {
        precondition(1...8 ~= width && planes.count == count * width)
        (self.count, self.start, self.width, self.planes) = (count, start, width, planes)
    }

    /// - Parameter place: below `count`.
    @inline(__always)
    subscript(place: Int) -> UInt64 {
        var step = UInt64(planes[place])
        var plane = 1
        while plane < width {
            step |= UInt64(planes[plane &* count &+ place]) &<< UInt64(8 &* plane)
            plane &+= 1
        }
        return step
    }

    /// As the subscript for a width of 1.
    @inline(__always)
    func low(_ place: Int) -> UInt64 { UInt64(planes[place]) }

    /// As the subscript for a width of 2.
    @inline(__always)
    func lowTwo(_ place: Int) -> UInt64 { UInt64(planes[place]) | UInt64(planes[count &+ place]) &<< 8 }

    /// Appends the first number, the width and the planes.
    ///
    /// - Parameter numbers: one at least, none less than the one before.
    static func write(_ numbers: [UInt64], into out: inout [UInt8]) {
        let steps = numbers.indices.map { $0 == 0 ? 0 : numbers[$0] - numbers[$0 - 1] }
        let bits = UInt64.bitWidth - steps.reduce(0, |).leadingZeroBitCount
        let width = max(1, (bits + 7) / 8)
        out.appendVarint(numbers[0])
        out.append(UInt8(width))
        for plane in 0..<width {
            for step in steps { out.append(UInt8(truncatingIfNeeded: step >> UInt64(8 * plane))) }
        }
    }
}
