import Events

/// `--tz`: the time zone of zone-less arguments, bucket borders and display.
public struct Zone: Hashable, Sendable {
    /// As it is printed beside times: `UTC`, `+05:30`, `Europe/Paris`.
    public let name: String
    private let kind: Kind

    private enum Kind: Hashable, Sendable {
        case fixed(seconds: Int)
        case file(ZoneFile)
    }

    private init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    public static let utc = Zone(name: "UTC", kind: .fixed(seconds: 0))

    public var isUTC: Bool {
        self == .utc
    }

    /// Reads `UTC`, `Z`, `+02:00`, `-0330`, `+2`, `local` (the machine's) or an IANA name.
    ///
    /// - Throws: ``RenderingError`` `.unknownZone`.
    public static func parse(_ text: String) throws(RenderingError) -> Zone {
        switch text.lowercased() {
        case "utc", "z", "gmt", "etc/utc": return .utc
        case "local":
            guard let file = ZoneFile.ofMachine() else { return .utc }
            return Zone(name: "local", kind: .file(file))
        default: break
        }
        if let seconds = fixedOffset(text) {
            return seconds == 0 ? .utc : Zone(name: offsetText(seconds), kind: .fixed(seconds: seconds))
        }
        if let file = ZoneFile.named(text) { return Zone(name: text, kind: .file(file)) }
        throw RenderingError(
            .unknownZone,
            "time zone \"\(text)\" is not known here; give UTC, an offset such as +02:00, or a name such as "
                + "Europe/Paris")
    }

    /// Seconds east of UTC at an instant.
    public func offset(at instant: Instant) -> Int {
        offset(atSeconds: floorSeconds(instant.microseconds))
    }

    /// The instant at which clocks of the zone show a time.
    ///
    /// Of two such instants (clocks set back) it is the earlier; of a time that clocks leap over, it is the instant
    /// by the offset before the leap, as RFC 5545 does.
    ///
    /// - Parameter local: the shown time as if it were UTC.
    public func instant(local: Instant) -> Instant {
        let seconds = floorSeconds(local.microseconds)
        // No zone changes its clock twice within two days.
        let before = offset(atSeconds: seconds - 86400)
        let after = offset(atSeconds: seconds + 86400)
        let isBefore = offset(atSeconds: seconds - Int64(before)) == before
        let isAfter = offset(atSeconds: seconds - Int64(after)) == after
        let offset = isAfter && !isBefore ? after : before
        let (microseconds, isTooFar) = local.microseconds.subtractingReportingOverflow(Int64(offset) * 1_000_000)
        // A time of a damaged archive, hundreds of thousands of years away, stays where it is.
        return isTooFar ? local : Instant(microseconds: microseconds, nanoseconds: local.nanoseconds)
    }

    private func offset(atSeconds seconds: Int64) -> Int {
        switch kind {
        case .fixed(let seconds): seconds
        case .file(let file): file.offset(at: seconds)
        }
    }

    private func floorSeconds(_ microseconds: Int64) -> Int64 {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func fixedOffset(_ text: String) -> Int? {
        guard let sign = text.utf8.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var digits = Array(text.utf8.dropFirst())
        if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
        guard digits.count == 1 || digits.count == 2 || digits.count == 4,
            digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
            let number = Int(String(decoding: digits, as: UTF8.self))
        else { return nil }
        let hours = digits.count == 4 ? number / 100 : number
        let minutes = digits.count == 4 ? number % 100 : 0
        guard hours <= 18, minutes < 60 else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    private static func offsetText(_ seconds: Int) -> String {
        let minutes = Int(seconds.magnitude) / 60
        func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(seconds < 0 ? "-" : "+")\(twoDigits(minutes / 60)):\(twoDigits(minutes % 60))"
    }
}
