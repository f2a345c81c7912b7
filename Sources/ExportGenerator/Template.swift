/// An event shape compiled to byte runs and slots, ready to be written some hundred thousand times a second.
///
/// The line it writes is the part of the JSON object after `"@timestamp":"…"`: each field with its comma before
/// it, and no closing brace.
struct Template: Sendable {
    enum Step: Sendable {
        /// Bytes `start ..< end` of `bytes`.
        case literal(start: Int, end: Int)
        /// The value of a draw. `quoting` is how often it is JSON-escaped: 1 in a field, 2 in JSON text inside
        /// a field; picks inside JSON are JSON themselves: 0.
        case slot(Slot, draw: Int, quoting: Int)
        /// Goes on at `next` unless the draw falls into the first `percent` of 100.
        case skip(draw: Int, percent: Int, next: Int)
    }

    var steps: [Step] = []
    var bytes: [UInt8] = []
    /// How many random words one event takes.
    var drawCount = 0
    /// The texts of the picks, each list once for each quoting: `lists[list][quoting][choice]`.
    var lists: [[[[UInt8]]]] = []
    /// Draws of numbers, which an event "seen again later" may change.
    var changeableDraws: [Int] = []
}

extension Template {
    /// Writes an event's fields. `draws` has at least `drawCount` words.
    func write(draws: [UInt64], moment: UTCMoment, estate: Estate, into out: inout [UInt8]) {
        var at = 0
        while at < steps.count {
            switch steps[at] {
            case .literal(let start, let end):
                bytes.withUnsafeBufferPointer { out.append(contentsOf: UnsafeBufferPointer(rebasing: $0[start..<end])) }
            case .slot(let slot, let draw, let quoting):
                write(slot, word: draws[draw], quoting: quoting, moment: moment, estate: estate, into: &out)
            case .skip(let draw, let percent, let next):
                if SplitMix64.scale(draws[draw], to: 100) >= UInt64(percent) {
                    at = next
                    continue
                }
            }
            at += 1
        }
    }

    private func write(
        _ slot: Slot, word: UInt64, quoting: Int, moment: UTCMoment, estate: Estate, into out: inout [UInt8]
    ) {
        switch slot {
        case .entity(let entity, let column):
            estate[entity].write(column: column, word: word, quoting: quoting, into: &out)
        case .pick(let list):
            let choices = lists[list][quoting]
            out.append(contentsOf: choices[Int(SplitMix64.scale(word, to: UInt64(choices.count)))])
        case .integer(let low, let high):
            out.append(decimal: low + SplitMix64.scale(word, to: high - low + 1))
        case .size(let low, let high):
            // A random number of halvings of the range gives about equal shares to each power of two.
            let halvings = word & 0xF
            out.append(decimal: low + SplitMix64.scale(SplitMix64.mix(word), to: max(1, (high - low + 1) >> halvings)))
        case .hex(let digits):
            Template.writeHex(word, digits: digits, into: &out)
        case .uuid(let upperCase):
            Template.writeUUID(word, upperCase: upperCase, into: &out)
        case .identifier(let length, let upperCase):
            Template.writeIdentifier(word, length: length, upperCase: upperCase, into: &out)
        case .time(let form):
            form.write(moment, into: &out)
        }
    }

    static func writeHex(_ word: UInt64, digits: Int, into out: inout [UInt8]) {
        var random = SplitMix64(seed: word)
        var bits: UInt64 = 0
        for index in 0..<digits {
            if index % 16 == 0 { bits = random.next() }
            out.append(hexDigit(UInt8(bits & 15)))
            bits >>= 4
        }
    }

    /// A version 4 UUID (RFC 9562), lower or upper case.
    static func writeUUID(_ word: UInt64, upperCase: Bool, into out: inout [UInt8]) {
        let start = out.count
        for (group, digits) in [8, 4, 4, 4, 12].enumerated() {
            if group > 0 { out.append(0x2D) }
            writeHex(word &+ UInt64(group), digits: digits, into: &out)
        }
        out[start + 14] = UInt8(ascii: "4")
        out[start + 19] = hexDigit(8 + UInt8(word & 3))
        if upperCase {
            for index in start..<out.count where out[index] >= 0x61 { out[index] -= 0x20 }
        }
    }

    private static func writeIdentifier(_ word: UInt64, length: Int, upperCase: Bool, into out: inout [UInt8]) {
        let alphabet: StaticString = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        var random = SplitMix64(seed: word)
        for _ in 0..<length {
            out.append(alphabet.utf8Start[random.below(upperCase ? 36 : 62)])
        }
    }
}
