/// An event type of the wide layouts: some 400 field names, of which an event carries about a quarter.
struct WideEventType: Sendable {
    enum Form: Sendable {
        /// A part of the fields stands flat, the rest in small objects that are there as a whole or not at all.
        case mixed
        /// Dotted names only.
        case flat
        /// Objects only.
        case nested
    }

    /// `,"name":`, the JSON texts a field takes, and the braces that close after it.
    private struct Field: Sendable {
        var start: [UInt8]
        var values: [[UInt8]]
        var end: [UInt8]
    }

    private struct Group: Sendable {
        /// `,"name":{` and `}`, if the group is an object.
        var start: [UInt8]
        var end: [UInt8]
        var fields: [Field]
    }

    private let form: Form
    private var always: [Field] = []
    /// What stands around the fields that are there at times.
    private var bracket: (start: [UInt8], end: [UInt8]) = ([], [])
    private var sometimes: [Field] = []
    private var groups: [Group] = []

    /// How many fields the type has.
    var fieldCount: Int { always.count + sometimes.count + groups.reduce(0) { $0 + $1.fields.count } }

    static func all(_ form: Form) -> [WideEventType] {
        (0..<16).map { WideEventType(number: $0, form: form) }
    }

    private init(number: Int, form: Form) {
        self.form = form
        var random = SplitMix64(seed: 0x77696465, event: number)
        let vendor = WideEventType.vendors[number % WideEventType.vendors.count]
        let isNested = form == .nested
        always = Self.common(number, vendor).map { common in
            field(
                isNested ? common.nested : "\"\(common.name)\":", common.values, isFirst: false,
                closing: isNested ? common.closing : "")
        }
        if form == .mixed { always.insert(always.remove(at: 2), at: 5) }
        if isNested { bracket = (Array(",\"\(vendor)\":{".utf8), [UInt8(ascii: "}")]) }
        for index in 0..<(60 + random.below(40)) {
            let word = WideEventType.word(index)
            let name = isNested ? "\"\(word)\":{\"flag\(index)\":" : "\"\(vendor).\(word).flag\(index)\":"
            sometimes.append(
                field(name, WideEventType.values(index, &random), isFirst: false, closing: isNested ? "}" : ""))
        }
        for index in 0..<24 {
            let name = "\(vendor)_\(WideEventType.word(index))\(index)"
            let isObject = form != .flat
            let members = (0..<(9 + random.below(6))).map { member in
                let key = "\(WideEventType.word(member + index))_\(member)"
                return field(
                    isObject ? "\"\(key)\":" : "\"\(name).\(key)\":", WideEventType.values(member, &random),
                    isFirst: isObject && member == 0)
            }
            groups.append(
                Group(
                    start: isObject ? Array(",\"\(name)\":{".utf8) : [], end: isObject ? [UInt8(ascii: "}")] : [],
                    fields: members))
        }
    }

    /// The fields that all events of a type have: the dotted name; the same as it opens objects; what closes after it.
    private static func common(_ number: Int, _ vendor: String) -> [(
        name: String, nested: String, closing: String, values: [String]
    )] {
        [
            ("event.dataset", #""event":{"dataset":"#, "", ["\"\(vendor).type\(number)\""]),
            ("event.code", #""code":"#, "", ["\"\(4000 + number)\""]),
            ("event.category", #""category":"#, "}", ["[\"network\"]", "[\"process\",\"file\"]"]),
            ("host.name", #""host":{"name":"#, "}", (0..<40).map { "\"node-\(number)-\($0)\"" }),
            ("user.name", #""user":{"name":"#, "}", (0..<60).map { "\"user\($0)\"" }),
            ("source.ip", #""source":{"ip":"#, "}", (0..<200).map { "\"10.7.\(number).\($0)\"" }),
            (
                "message", #""message":"#, "",
                (0..<8).map { "\"\(vendor) type\(number) rule=\($0) action=allow zone=\\\"dmz\\\"\"" }
            ),
        ]
    }

    func write(random: inout SplitMix64, into out: inout [UInt8]) {
        for field in always { write(field, random: &random, into: &out) }
        // Neighbouring fields come together, from a place that is one of a few. In objects they must not come round to
        // the beginning, or a key could stand twice.
        let first =
            form == .mixed
            ? random.below(8) * sometimes.count / 8 : random.below(9) * (sometimes.count - 16) / 8
        out.append(contentsOf: bracket.start)
        for offset in 0..<16 {
            let isFirst = offset == 0 && !bracket.start.isEmpty
            write(sometimes[(first + offset) % sometimes.count], isFirst: isFirst, random: &random, into: &out)
        }
        out.append(contentsOf: bracket.end)
        let firstGroup = random.below(8) * 3
        for offset in 0..<6 {
            let group = groups[(firstGroup + offset) % groups.count]
            out.append(contentsOf: group.start)
            for field in group.fields { write(field, random: &random, into: &out) }
            out.append(contentsOf: group.end)
        }
    }

    private func write(_ field: Field, isFirst: Bool = false, random: inout SplitMix64, into out: inout [UInt8]) {
        out.append(contentsOf: isFirst ? field.start.dropFirst() : field.start[...])
        // Half of the time the commonest value.
        let choice = random.below(field.values.count * 2)
        out.append(contentsOf: field.values[choice < field.values.count ? choice : 0])
        out.append(contentsOf: field.end)
    }

    /// - Parameter opening: `"name":`, with the objects that it opens.
    private func field(_ opening: String, _ values: [String], isFirst: Bool, closing: String = "") -> Field {
        Field(
            start: Array("\(isFirst ? "" : ",")\(opening)".utf8), values: values.map { Array($0.utf8) },
            end: Array(closing.utf8))
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
