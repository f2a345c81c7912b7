/// Gives events fields of names that hardly come again, as badly mapped sources do.
struct FieldExplosion: Sendable {
    private let names: Int
    private let perEvent: Int

    /// `names` different names (at least 1) over `events` events: at least 4 an event, more where needed to place all names.
    init(names: Int, events: Int) {
        self.names = names
        perEvent = min(names, max(4, (names + max(1, events) - 1) / max(1, events)))
    }

    func write(event index: Int, random: inout SplitMix64, into out: inout [UInt8]) {
        let first = (index &* perEvent) % names
        for offset in 0..<perEvent {
            let name = (first + offset) % names
            out.append(text: ",\"custom.group")
            out.append(decimal: UInt64(name % 97))
            out.append(text: ".attribute_")
            out.append(padded: name, width: 6)
            switch name % 4 {
            case 0:
                out.append(text: "\":")
                out.append(decimal: UInt64(random.below(1000)))
            case 1:
                out.append(text: "\":\"value ")
                out.append(decimal: UInt64(random.below(50)))
                out.append(text: "\"")
            case 2:
                out.append(text: "\":[\"a")
                out.append(decimal: UInt64(random.below(9)))
                out.append(text: "\",\"b\"]")
            default: out.append(text: random.below(2) == 0 ? "\":true" : "\":null")
            }
        }
    }
}
