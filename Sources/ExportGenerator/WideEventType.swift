/// An event type of the wide layout: some 400 field names, of which an event carries about a quarter.
///
/// A part of the fields stands flat, the rest in small objects that are there as a whole or not at all.
struct WideEventType: Sendable {
    /// `,"name":` and the JSON texts a field takes.
    private struct Field: Sendable {
        var start: [UInt8]
        var values: [[UInt8]]
    }

    private struct Group: Sendable {
        /// `,"name":{`
        var start: [UInt8]
        var fields: [Field]
    }

    private var always: [Field] = []
    private var sometimes: [Field] = []
    private var groups: [Group] = []

    /// How many fields the type has.
    var fieldCount: Int { always.count + sometimes.count + groups.reduce(0) { $0 + $1.fields.count } }

    static let all = (0..<16).map(WideEventType.init(number:))

    private init(number: Int) {
        var random = SplitMix64(seed: 0x77696465, event: number)
        let vendor = WideEventType.vendors[number % WideEventType.vendors.count]
        always = [
            field("event.dataset", ["\"\(vendor).type\(number)\""], isFirst: false),
            field("event.code", ["\"\(4000 + number)\""], isFirst: false),
            field("host.name", (0..<40).map { "\"node-\(number)-\($0)\"" }, isFirst: false),
            field("user.name", (0..<60).map { "\"user\($0)\"" }, isFirst: false),
            field("source.ip", (0..<200).map { "\"10.7.\(number).\($0)\"" }, isFirst: false),
            field("event.category", ["[\"network\"]", "[\"process\",\"file\"]"], isFirst: false),
            field(
                "message", (0..<8).map { "\"\(vendor) type\(number) rule=\($0) action=allow zone=\\\"dmz\\\"\"" },
                isFirst: false),
        ]
        for index in 0..<(60 + random.below(40)) {
            sometimes.append(
                field(
                    "\(vendor).\(WideEventType.word(index)).flag\(index)", WideEventType.values(index, &random),
                    isFirst: false))
        }
        for index in 0..<24 {
            let name = "\(vendor)_\(WideEventType.word(index))\(index)"
            let members = (0..<(9 + random.below(6))).map { member in
                field(
                    "\(WideEventType.word(member + index))_\(member)", WideEventType.values(member, &random),
                    isFirst: member == 0)
            }
            groups.append(Group(start: Array(",\"\(name)\":{".utf8), fields: members))
        }
    }

    func write(random: inout SplitMix64, into out: inout [UInt8]) {
        for field in always { write(field, random: &random, into: &out) }
        // Neighbouring fields come together, from a place that is one of eight.
        let first = random.below(8) * sometimes.count / 8
        for offset in 0..<16 { write(sometimes[(first + offset) % sometimes.count], random: &random, into: &out) }
        let firstGroup = random.below(8) * 3
        for offset in 0..<6 {
            let group = groups[(firstGroup + offset) % groups.count]
            out.append(contentsOf: group.start)
            for field in group.fields { write(field, random: &random, into: &out) }
            out.append(UInt8(ascii: "}"))
        }
    }

    private func write(_ field: Field, random: inout SplitMix64, into out: inout [UInt8]) {
        out.append(contentsOf: field.start)
        // Half of the time the commonest value.
        let choice = random.below(field.values.count * 2)
        out.append(contentsOf: field.values[choice < field.values.count ? choice : 0])
    }

    private func field(_ name: String, _ values: [String], isFirst: Bool) -> Field {
        Field(start: Array("\(isFirst ? "" : ",")\"\(name)\":".utf8), values: values.map { Array($0.utf8) })
    }

    private static func values(_ index: Int, _ random: inout SplitMix64) -> [String] {
        switch index % 6 {
        case 0: return ["false", "true"]
        case 1: return (0..<6).map { _ in String(random.below(5000)) }
        case 2: return ["\"allow\"", "\"deny\"", "\"not evaluated\""]
        case 3: return (0..<5).map { "\"\(word($0 + index)) \(word($0 * 3 + 1))\"" }
        case 4: return ["null", "0", "1.5", "\"n/a\""]
        default: return ["[\"default\"]", "[\"default\",\"büro\"]", "[]"]
        }
    }

    private static func word(_ index: Int) -> String {
        words[index % words.count]
    }

    private static let vendors = ["acme", "zenith", "orbit", "vertex"]
    private static let words = [
        "session", "policy", "device", "tunnel", "threat", "quota", "profile", "zone", "certificate", "posture",
        "engine", "license", "tenant",
        "inspection", "category", "latency", "gateway", "cluster", "agent",
    ]
}
