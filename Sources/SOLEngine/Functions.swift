import Events

/// The functions of section 4, on values.
enum Functions {
    /// A time, or a text that is one.
    static func instant(_ value: Value) -> Instant? {
        switch value {
        case .time(let time): time
        case .string(let text): TimeText.parse(text)
        case .null, .boolean, .integer, .number, .timespan, .list, .map: nil
        }
    }

    static func bin(_ value: Value, _ size: Value) -> Value {
        switch (value, size) {
        case (.time, .timespan(let size)), (.string, .timespan(let size)):
            guard size > 0, let time = instant(value) else { return .null }
            // In nanoseconds since 1970, which is more than 64 bits hold for all times.
            let micros = time.microseconds
            if size % 1_000 == 0 {
                let step = size / 1_000
                let rest = micros % step
                return .time(Instant(microseconds: micros - (rest < 0 ? rest + step : rest)))
            }
            let (product, overflow) = micros.multipliedReportingOverflow(by: 1_000)
            guard !overflow else { return .null }
            let total = product + Int64(time.nanoseconds)
            let rest = total % size
            let floor = total - (rest < 0 ? rest + size : rest)
            return Calculation.moved(Instant(microseconds: 0), by: floor)
        case (.timespan(let span), .timespan(let size)):
            guard size > 0 else { return .null }
            let rest = span % size
            return .timespan(span - (rest < 0 ? rest + size : rest))
        case (.integer(let number), .integer(let size)):
            guard size > 0 else { return .null }
            let rest = number % size
            return .integer(number - (rest < 0 ? rest + size : rest))
        default:
            guard let number = value.double, let size = size.double, size > 0 else { return .null }
            return .finite((number / size).rounded(.down) * size)
        }
    }

    // MARK: Calendar

    private static func civil(_ value: Value) -> Civil? { instant(value).map(Civil.init) }

    static func year(_ value: Value) -> Value { civil(value).map { .string("\($0.year)") } ?? .null }

    static func month(_ value: Value) -> Value {
        civil(value).map { .string("\($0.year)-\(Civil.two($0.month))") } ?? .null
    }

    static func week(_ value: Value) -> Value {
        civil(value).map { .string("\($0.weekYear) - Week \($0.week)") } ?? .null
    }

    // MARK: Text

    static func mapText(_ value: Value, _ body: (String) -> String) -> Value {
        switch value {
        case .string(let text): .string(body(text))
        case .list(let items): .list(items.map { mapText($0, body) })
        case .null: .null
        case .boolean, .integer, .number, .time: .string(body(value.text))
        case .timespan, .map: .null
        }
    }

    static func extract(_ value: Value, _ regex: CapturingRegex, _ group: Int) -> Value {
        guard var text = value.readAsText else { return .null }
        return text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { chars in
                guard let match = regex.match(in: chars, from: 0), let range = match[group] else { return .null }
                return .string(String(decoding: utf8[range], as: UTF8.self))
            }
        }
    }

    static func replace(_ value: Value, _ regex: CapturingRegex, _ replacement: Value) -> Value {
        guard var text = value.readAsText, case .string(let template) = replacement else { return .null }
        return text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { chars in
                var out: [UInt8] = []
                var at = 0
                while at <= chars.count, let match = regex.match(in: chars, from: at), let whole = match[0] {
                    out += utf8[at..<whole.lowerBound]
                    append(template, match, utf8, to: &out)
                    at = whole.upperBound
                    guard whole.isEmpty else { continue }
                    // After an empty match one character stays as it is.
                    guard at < utf8.count else { break }
                    var end = at + 1
                    while end < utf8.count, utf8[end] & 0xC0 == 0x80 { end += 1 }
                    out += utf8[at..<end]
                    at = end
                }
                if at < utf8.count { out += utf8[at...] }
                return .string(String(decoding: out, as: UTF8.self))
            }
        }
    }

    private static func append(
        _ template: String, _ match: [Range<Int>?], _ text: UnsafeBufferPointer<UInt8>, to out: inout [UInt8]
    ) {
        var rest = Array(template.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = byte == UInt8(ascii: "$") ? rest.prefix { $0 &- 0x30 < 10 } : []
            guard !digits.isEmpty else {
                out.append(byte)
                continue
            }
            rest = rest.dropFirst(digits.count)
            if let group = Int(String(decoding: digits, as: UTF8.self)), match.indices.contains(group),
                let range = match[group]
            {
                out += text[range]
            }
        }
    }

    static func parseJSON(_ value: Value) -> Value {
        guard case .string(var text) = value else { return .null }
        return text.withUTF8 { JSONTree.parse(UnsafeRawBufferPointer($0)) } ?? .null
    }

    // MARK: Numbers

    static func round(_ value: Value, _ places: Value) -> Value {
        guard case .integer(let places) = places, abs(places) <= 300, let number = value.double else { return .null }
        if case .integer = value, places >= 0 { return value }
        var scale = 1.0
        for _ in 0..<Int(places.magnitude) { scale *= 10 }
        if places < 0 { scale = 1 / scale }
        let scaled = number * scale
        guard scaled.isFinite else { return .finite(number) }
        let rounded = scaled.rounded(.toNearestOrAwayFromZero) / scale
        return .finite(rounded)
    }

    static func toint(_ value: Value) -> Value {
        let number: Double?
        switch value {
        case .integer, .number: number = value.double
        case .string(let text): number = Value.number(in: text).double
        case .null, .boolean, .time, .timespan, .list, .map: number = nil
        }
        guard let number, let whole = Int32(exactly: number.rounded(.towardZero)) else { return .null }
        return .integer(Int64(whole))
    }
}
