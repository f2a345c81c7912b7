/// What a `${…}` of an event shape stands for.
///
/// A slot is written `${kind.attribute#name:arguments}`. Entities (`user`, `host` …) without a name are drawn
/// once an event, so `${user.name}` and `${user.email}` are the same person; `${user.name#2}` is another one.
/// Other kinds are drawn anew each time unless they carry a name; arguments are given with a name's first use.
enum Slot: Sendable, Hashable {
    /// A value of the estate: table and column.
    case entity(Entity, column: Int)
    /// One of the template's texts; a named pick takes the same place in each of its lists.
    case pick(list: Int)
    /// A whole number, evenly spread.
    case integer(low: UInt64, high: UInt64)
    /// A whole number of bytes, packets, milliseconds: small ones are far more frequent.
    case size(low: UInt64, high: UInt64)
    /// Lower-case hexadecimal digits.
    case hex(digits: Int)
    case uuid(upperCase: Bool)
    /// Letters and digits, as queue and session identifiers have them.
    case identifier(length: Int, upperCase: Bool)
    case time(TimeForm)
}

/// How a source writes the event's time into its text. All are UTC.
enum TimeForm: String, Sendable, Hashable {
    /// `2026-01-31T07:05:09.042Z`
    case iso
    /// `2026-01-31T07:05:09Z`
    case isoSeconds
    /// `2026-01-31T07:05:09.042000000Z`
    case isoNano
    /// `2026-01-31 07:05:09`
    case space
    /// `2026-01-31 07:05:09.042`
    case spaceMillis
    /// `2026/01/31 07:05:09`
    case slash
    /// `Jan 31 07:05:09`, the day padded with a blank
    case syslog
    /// `31/Jan/2026:07:05:09 +0000`
    case commonLog
    /// `1/31/2026 7:05:09 AM`
    case american
    /// `2026-01-31`
    case date
    /// `07:05:09`
    case clock
    /// Seconds since 1970
    case epoch
    /// Milliseconds since 1970
    case epochMillis
}

extension TimeForm {
    func write(_ moment: UTCMoment, into out: inout [UInt8]) {
        switch self {
        case .iso: TimeForm.writeISO(moment, separator: 0x54, millis: true, zone: "Z", into: &out)
        case .isoSeconds: TimeForm.writeISO(moment, separator: 0x54, millis: false, zone: "Z", into: &out)
        case .isoNano: TimeForm.writeISO(moment, separator: 0x54, millis: true, zone: "000000Z", into: &out)
        case .space: TimeForm.writeISO(moment, separator: 0x20, millis: false, zone: "", into: &out)
        case .spaceMillis: TimeForm.writeISO(moment, separator: 0x20, millis: true, zone: "", into: &out)
        case .slash:
            TimeForm.writeDate(moment, separator: 0x2F, into: &out)
            out.append(0x20)
            TimeForm.writeClock(moment, into: &out)
        case .syslog:
            out.append(text: TimeForm.months[moment.month - 1])
            out.append(0x20)
            out.append(padded: moment.day, width: 2, with: 0x20)
            out.append(0x20)
            TimeForm.writeClock(moment, into: &out)
        case .commonLog:
            out.append(padded: moment.day, width: 2)
            out.append(0x2F)
            out.append(text: TimeForm.months[moment.month - 1])
            out.append(0x2F)
            out.append(padded: moment.year, width: 4)
            out.append(0x3A)
            TimeForm.writeClock(moment, into: &out)
            out.append(text: " +0000")
        case .american:
            out.append(decimal: UInt64(moment.month))
            out.append(0x2F)
            out.append(decimal: UInt64(moment.day))
            out.append(0x2F)
            out.append(padded: moment.year, width: 4)
            out.append(0x20)
            out.append(decimal: UInt64((moment.hour + 11) % 12 + 1))
            out.append(0x3A)
            out.append(padded: moment.minute, width: 2)
            out.append(0x3A)
            out.append(padded: moment.second, width: 2)
            out.append(text: moment.hour < 12 ? " AM" : " PM")
        case .date: TimeForm.writeDate(moment, separator: 0x2D, into: &out)
        case .clock: TimeForm.writeClock(moment, into: &out)
        case .epoch: out.append(decimal: UInt64(max(0, moment.milliseconds / 1000)))
        case .epochMillis: out.append(decimal: UInt64(max(0, moment.milliseconds)))
        }
    }

    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func writeISO(
        _ moment: UTCMoment, separator: UInt8, millis: Bool, zone: StaticString, into out: inout [UInt8]
    ) {
        writeDate(moment, separator: 0x2D, into: &out)
        out.append(separator)
        writeClock(moment, into: &out)
        if millis {
            out.append(0x2E)
            out.append(padded: moment.millisecond, width: 3)
        }
        out.append(text: zone)
    }

    private static func writeDate(_ moment: UTCMoment, separator: UInt8, into out: inout [UInt8]) {
        out.append(padded: moment.year, width: 4)
        out.append(separator)
        out.append(padded: moment.month, width: 2)
        out.append(separator)
        out.append(padded: moment.day, width: 2)
    }

    private static func writeClock(_ moment: UTCMoment, into out: inout [UInt8]) {
        out.append(padded: moment.hour, width: 2)
        out.append(0x3A)
        out.append(padded: moment.minute, width: 2)
        out.append(0x3A)
        out.append(padded: moment.second, width: 2)
    }
}
