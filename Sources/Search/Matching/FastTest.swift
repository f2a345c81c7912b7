import Archive
import Events

/// The common tests of typed values, as code that holds nothing but numbers.
///
/// A dictionary has tens of thousands of entries, and two threads that count references to one test at each of them wait
/// for each other; this form counts none.
struct FastTest {
    /// Nil: the test itself must decide.
    let judge: (ValueKind, UnsafeRawBufferPointer) -> Bool?
    /// The addresses that can pass, if they are an interval.
    private let octets: OctetInterval
    /// The integers or addresses that pass: an entry that is such a number passes just then.
    let numbers: SoughtNumbers?

    /// Nil if there is no such form.
    init?(_ test: CompiledTest) {
        switch test.check {
        case .whole(let whole):
            if let (number, length) = whole.integer {
                octets = .unlimited
                numbers = SoughtNumbers(.integers, [number...number])
                judge = { kind, text in
                    if kind == .number, let found = Self.integer(text) { return found == number }
                    // A number in another spelling, or the very text.
                    return kind == .number || text.count == length ? nil : false
                }
                return
            }
            guard let (network, length) = whole.network else { return nil }
            let octets = OctetInterval(network.first, network.last)
            self.octets = octets
            numbers = SoughtNumbers(.addresses, Self.range(network.first, network.last))
            judge = { kind, text in
                if octets.excludingBytes(of: text) > 0 { return false }
                guard kind == .string, let address = IPAddress.parse(text) else {
                    // The literal's very text also passes (R25); nothing of another length is that.
                    return text.count == length ? nil : false
                }
                return network.contains(address) ? true : text.count == length ? nil : false
            }
        case .range(let range):
            if let (low, high) = range.addresses {
                let octets = OctetInterval(low, high)
                self.octets = octets
                numbers = SoughtNumbers(.addresses, Self.range(low, high))
                judge = { kind, text in
                    if octets.excludingBytes(of: text) > 0 { return false }
                    guard kind == .string, let address = IPAddress.parse(text) else { return false }
                    return low <= address && address <= high
                }
            } else if let (low, high) = range.integers {
                octets = .unlimited
                numbers = SoughtNumbers(.integers, low <= high ? [low...high] : [])
                judge = { kind, text in
                    switch kind {
                    case .number, .string: break
                    case .boolean, .null, .object: return false
                    }
                    guard let number = Self.integer(text) else {
                        // Most texts are no numbers, and their first byte tells.
                        guard let first = text.first else { return false }
                        return first == UInt8(ascii: "-") || first &- 0x30 <= 9 ? nil : false
                    }
                    return low <= number && number <= high
                }
            } else {
                return nil
            }
        case .exists, .wildcard, .contains, .words, .containsPattern, .regex, .anyText, .emptyText:
            return nil
        }
    }

    /// The IPv4 addresses of an interval, as numbers.
    private static func range(_ first: IPAddress, _ last: IPAddress) -> [ClosedRange<Int64>] {
        guard case .v4(let low) = first, case .v4(let high) = last, low <= high else { return [] }
        return [Int64(low)...Int64(high)]
    }

    /// How many first bytes of a text tell that neither it nor any other that begins so can pass; 0: they do not tell.
    @inline(__always)
    func excludingBytes(of text: UnsafeRawBufferPointer) -> Int { octets.excludingBytes(of: text) }

    /// A JSON integer of at most 18 digits without sign, point and exponent.
    private static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard text.count <= 18, let first = text.first, first != 0x30 || text.count == 1 else { return nil }
        var number: Int64 = 0
        for byte in text {
            let digit = byte &- 0x30
            guard digit <= 9 else { return nil }
            number = number &* 10 &+ Int64(digit)
        }
        return number
    }
}

/// An interval of IPv4 addresses: most other addresses differ in an octet that comes early, and need not be read to their end.
private struct OctetInterval {
    /// Highest octet first.
    private let low: UInt32
    private let high: UInt32
    private let isIPv4: Bool

    /// Excludes nothing.
    static let unlimited = OctetInterval()

    private init() {
        (low, high, isIPv4) = (0, 0, false)
    }

    /// Of other addresses nothing is excluded.
    init(_ first: IPAddress, _ last: IPAddress) {
        if case .v4(let first) = first, case .v4(let last) = last {
            (low, high, isIPv4) = (first, last, true)
        } else {
            (low, high, isIPv4) = (0, 0, false)
        }
    }

    /// How many bytes the numbers and points have with which the text begins as no address of the interval does; 0: it may be
    /// one of them.
    @inline(__always)
    func excludingBytes(of text: UnsafeRawBufferPointer) -> Int {
        guard isIPv4, let base = text.baseAddress else { return 0 }
        var at = 0
        var shift: UInt32 = 24
        while true {
            var number: UInt32 = 0
            let start = at
            while at < text.count, at - start < 4 {
                let digit = UInt32(base.load(fromByteOffset: at, as: UInt8.self) &- 0x30)
                if digit > 9 { break }
                number = number &* 10 &+ digit
                at &+= 1
            }
            guard at > start, at < text.count, base.load(fromByteOffset: at, as: UInt8.self) == UInt8(ascii: ".") else {
                return 0
            }
            let (least, greatest) = (low >> shift & 0xFF, high >> shift & 0xFF)
            if number < least || number > greatest { return at &+ 1 }
            if least < greatest || shift == 8 { return 0 }
            shift -= 8
            at &+= 1
        }
    }
}

extension CompiledTest {
    /// The numbers that pass, of entries that are such numbers; nil: they must be tested.
    var numbers: SoughtNumbers? { FastTest(self)?.numbers }
}

extension WholeText {
    /// The integer that the literal means, with the bytes of its text; nil if it means anything else, or case does not count.
    fileprivate var integer: (Int64, Int)? {
        guard meanings.count == 1, case .exact(let bytes) = spelling, case .number(let text) = meanings[0],
            let number = ValueRange.plainInteger(text)
        else { return nil }
        return (number, bytes.count)
    }

    /// The network or single address that the literal means, with the bytes of its text; nil if it means anything else, or
    /// case does not count.
    fileprivate var network: (IPNetwork, Int)? {
        guard meanings.count == 1, case .exact(let bytes) = spelling else { return nil }
        switch meanings[0] {
        case .network(let network): return (network, bytes.count)
        case .address(let address):
            switch address {
            case .v4: return IPNetwork(address, prefixLength: 32).map { ($0, bytes.count) }
            case .v6: return IPNetwork(address, prefixLength: 128).map { ($0, bytes.count) }
            }
        case .number, .period: return nil
        }
    }
}

extension ValueRange {
    /// Both bounds, included, of a range of addresses whose ends are both given; nil for any other.
    fileprivate var addresses: (IPAddress, IPAddress)? {
        guard case .addresses(let low?, let high?) = span, low.isInclusive, high.isInclusive,
            low.value.isSameFamily(high.value)
        else { return nil }
        return (low.value, high.value)
    }

    /// The least and the greatest integer inside a range of numbers whose bounds are plain integers.
    fileprivate var integers: (Int64, Int64)? {
        guard case .numbers(let low, let high) = span else { return nil }
        var least = Int64.min
        var greatest = Int64.max
        if let low {
            guard let value = Self.plainInteger(low.value) else { return nil }
            least = low.isInclusive ? value : value + 1
        }
        if let high {
            guard let value = Self.plainInteger(high.value) else { return nil }
            greatest = high.isInclusive ? value : value - 1
        }
        return (least, greatest)
    }

    fileprivate static func plainInteger(_ text: [UInt8]) -> Int64? {
        guard text.count <= 18 else { return nil }
        return Int64(String(decoding: text, as: UTF8.self))
    }
}
