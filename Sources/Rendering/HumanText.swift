/// Quantities as people read them.
public enum HumanText {
    /// `1,234,567`.
    public static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude).utf8)
        var out: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { out.append(UInt8(ascii: ",")) }
            out.append(digit)
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// `1 event`, `1,234 events`.
    public static func counted(_ value: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(grouped(value)) \(value == 1 ? singular : plural ?? singular + "s")"
    }

    /// Bytes in binary units: `999 B`, `1.4 GiB`.
    public static func bytes(_ count: Int) -> String {
        if count.magnitude < 1024 { return "\(count) B" }
        var value = Double(count)
        var unit = "B"
        for next in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] {
            // 1023.95 would be shown as 1024.0 of the smaller unit.
            guard value.magnitude >= 1023.95 else { break }
            value /= 1024
            unit = next
        }
        return "\(decimals(value, 1)) \(unit)"
    }

    /// A span of time: `0.4 ms`, `3.2 s`, `4 min 05 s`, `1 h 02 min`, `3 d 04 h`.
    ///
    /// - Parameter seconds: negative ones get a minus sign; infinite or absurd ones are `?`.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.magnitude < 1e12 else { return "?" }
        if seconds < 0 { return "-" + duration(-seconds) }
        if seconds == 0 { return "0 s" }
        if seconds < 0.9995 { return "\(decimals(seconds * 1000, seconds < 0.00995 ? 1 : 0)) ms" }
        if seconds < 59.95 { return "\(decimals(seconds, 1)) s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
        if whole < 86400 { return "\(whole / 3600) h \(twoDigits(whole / 60 % 60)) min" }
        return "\(grouped(whole / 86400)) d \(twoDigits(whole / 3600 % 24)) h"
    }

    /// `94,210 events/s`; one decimal below 10.
    public static func rate(_ perSecond: Double, _ unit: String) -> String {
        guard perSecond.isFinite, perSecond.magnitude < 1e15 else { return "? \(unit)/s" }
        let number = perSecond.magnitude < 9.95 ? decimals(perSecond, 1) : grouped(Int(perSecond.rounded()))
        return "\(number) \(unit)/s"
    }

    /// `12.3 MiB/s`.
    public static func byteRate(_ perSecond: Double) -> String {
        guard perSecond.isFinite, perSecond.magnitude < 1e18 else { return "? B/s" }
        return bytes(Int(perSecond)) + "/s"
    }

    /// A share of 0...1 as `12.3 %`; a share above 0 is never shown as `0.0 %`, one below 1 never as `100.0 %`.
    public static func percent(_ share: Double) -> String {
        guard share.isFinite, share.magnitude < 1e12 else { return "? %" }
        if share > 0 && share < 0.0005 { return "<0.1 %" }
        if share < 1 && share >= 0.9995 { return ">99.9 %" }
        return "\(decimals(share * 100, 1)) %"
    }

    /// A number with a fixed count of decimals (0 to 6), half away from zero.
    static func decimals(_ value: Double, _ places: Int) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((value.magnitude * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        if places == 0 { return sign + String(scaled) }
        let fraction = String(scaled % scale)
        return sign + "\(scaled / scale)." + String(repeating: "0", count: places - fraction.utf8.count) + fraction
    }

    private static func twoDigits(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }
}
