/// Spans of time in arguments: `7d`, `1h30m`.
public enum TimeSpan {
    /// Seconds of a span: whole numbers with `s`, `m`, `h`, `d` or `w`, each unit at most once, larger ones first.
    ///
    /// - Returns: nil if the text is no such span or is longer than 10,000 years.
    public static func parse(_ text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        var total: Int64 = 0
        var last = Int64.max
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            rest = rest[digits.endIndex...]
            guard (1...12).contains(digits.count), let value = Int64(String(decoding: digits, as: UTF8.self)),
                let unit = rest.popFirst().flatMap(seconds(of:)), unit < last
            else { return nil }
            last = unit
            total += value * unit
            guard total <= longest else { return nil }
        }
        return total
    }

    /// 10,000 years.
    private static let longest: Int64 = 10_000 * 366 * 86400

    private static func seconds(of unit: UInt8) -> Int64? {
        switch unit {
        case UInt8(ascii: "s"): 1
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "h"): 3600
        case UInt8(ascii: "d"): 86400
        case UInt8(ascii: "w"): 604_800
        default: nil
        }
    }
}
