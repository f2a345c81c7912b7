/// Turns the text of an event shape into a `Template`.
///
/// A shape is a text of one field a line:
///
///     event.code = 4624                         a string; ⏎ stands for a line feed, ⇥ for a tab
///     source.port := ${int:1024-65535}          JSON: numbers, lists, objects, strings with their quotes; picks are JSON too
///     message =json= {"User":"${user.name}"}    a string that holds JSON text: slots are escaped twice
///     source.domain ?40 = ${site.domain}        present in 40 of 100 events
///
/// Shapes are part of the program, so a mistake in one is a programming error and stops with a message.
struct TemplateCompiler {
    /// How dotted field names are written.
    enum Layout: Sendable {
        /// `"source.ip":…`
        case flat
        /// `"source":{"ip":…}`
        case nested
    }

    private var template = Template()
    private var draws: [String: Int] = [:]
    private var kinds: [String: Slot] = [:]
    private let shape: String
    /// Bytes of the literal that is being collected, from here to the end of `template.bytes`.
    private var literalStart = 0

    static func compile(_ text: String, name: String, layout: Layout) -> Template {
        var compiler = TemplateCompiler(shape: name)
        // Draws are numbered in the order of the text, so both layouts give an event the same values.
        let fields = text.split(separator: "\n").map { compiler.parseField($0) }
        switch layout {
        case .flat:
            for field in fields { compiler.add(field, key: field.name, isFirst: false) }
        case .nested:
            compiler.addMembers(FieldTree.build(fields, shape: name), isTop: true)
        }
        compiler.endLiteral()
        return compiler.template
    }

    private init(shape: String) {
        self.shape = shape
    }

    // MARK: Writing

    /// Adds the members of an object, those that are always present first, so that the commas are right.
    private mutating func addMembers(_ members: [FieldTree], isTop: Bool) {
        let ordered = isTop ? members : members.filter(\.isAlways) + members.filter { !$0.isAlways }
        for (index, member) in ordered.enumerated() {
            let isFirst = index == 0 && !isTop
            switch member {
            case .leaf(let key, let field):
                add(field, key: key, isFirst: isFirst)
            case .object(let key, let inner) where inner.contains(where: \.isAlways):
                addLiteral((isFirst ? "\"" : ",\"") + key + "\":{")
                addMembers(inner, isTop: false)
                addLiteral("}")
            case .object(let key, let inner):
                // The object might be empty: its fields stay dotted.
                for (path, field) in FieldTree.leaves(inner, under: key) { add(field, key: path, isFirst: false) }
            }
        }
    }

    private mutating func add(_ field: ShapeField, key: String, isFirst: Bool) {
        endLiteral()
        let skip = template.steps.count
        if let presence = field.presence {
            template.steps.append(.skip(draw: presence.draw, percent: presence.percent, next: 0))
        }
        addLiteral((isFirst ? "\"" : ",\"") + key + "\":")
        for piece in field.value {
            switch piece {
            case .bytes(let bytes):
                template.bytes += bytes
            case .slot(let slot, let draw, let quoting):
                endLiteral()
                template.steps.append(.slot(slot, draw: draw, quoting: quoting))
            }
        }
        if let presence = field.presence {
            endLiteral()
            template.steps[skip] = .skip(draw: presence.draw, percent: presence.percent, next: template.steps.count)
        }
    }

    private mutating func addLiteral(_ text: String) {
        template.bytes.append(contentsOf: text.utf8)
    }

    private mutating func endLiteral() {
        if literalStart < template.bytes.count {
            template.steps.append(.literal(start: literalStart, end: template.bytes.count))
        }
        literalStart = template.bytes.count
    }

    // MARK: Fields

    private mutating func parseField(_ line: Substring) -> ShapeField {
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { fail("no value in \(line)") }
        var rest = words[1]
        var presence: (draw: Int, percent: Int)?
        if rest.first == "?" {
            let parts = rest.dropFirst().split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let percent = Int(parts[0]) else { fail("odd share in \(line)") }
            presence = (newDraw(), percent)
            rest = parts[1]
        }
        let quote = ShapeField.Piece.bytes([UInt8(ascii: "\"")])
        let value: [ShapeField.Piece]
        if rest.hasPrefix("= ") {
            value = [quote] + parseValue(rest.dropFirst(2), textQuoting: 1, slotQuoting: 1, pickQuoting: 1) + [quote]
        } else if rest.hasPrefix(":= ") {
            value = parseValue(rest.dropFirst(3), textQuoting: 0, slotQuoting: 1, pickQuoting: 0)
        } else if rest.hasPrefix("=json= ") {
            value = [quote] + parseValue(rest.dropFirst(7), textQuoting: 1, slotQuoting: 2, pickQuoting: 2) + [quote]
        } else {
            fail("no sign in \(line)")
        }
        return ShapeField(name: String(words[0]), presence: presence, value: value)
    }

    /// Splits a value into text and slots; each is escaped as often as its quoting says.
    private mutating func parseValue(
        _ value: Substring, textQuoting: Int, slotQuoting: Int, pickQuoting: Int
    ) -> [ShapeField.Piece] {
        var pieces: [ShapeField.Piece] = []
        var rest = value
        while let open = rest.firstRange(of: "${") {
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else { fail("open slot in \(value)") }
            pieces.append(.bytes(escape(TemplateCompiler.plain(rest[..<open.lowerBound]), times: textQuoting)))
            let slot = rest[open.upperBound..<close]
            pieces.append(parseSlot(slot, quoting: slot.hasPrefix("pick") ? pickQuoting : slotQuoting))
            rest = rest[rest.index(after: close)...]
        }
        pieces.append(.bytes(escape(TemplateCompiler.plain(rest), times: textQuoting)))
        return pieces
    }

    /// UTF-8, with the stand-ins for line feed and tab replaced.
    private static func plain(_ text: Substring) -> [UInt8] {
        Array(String(text.map { $0 == "⏎" ? "\n" : $0 == "⇥" ? "\t" : $0 }).utf8)
    }

    // MARK: Slots

    private mutating func newDraw() -> Int {
        template.drawCount += 1
        return template.drawCount - 1
    }

    private mutating func parseSlot(_ text: Substring, quoting: Int) -> ShapeField.Piece {
        let parts = text.split(separator: ":", maxSplits: 1)
        let head = parts[0].split(separator: "#", maxSplits: 1)
        let kindAndAttribute = head[0].split(separator: ".", maxSplits: 1)
        let kind = String(kindAndAttribute[0])
        if let entity = Entity(rawValue: kind) {
            guard kindAndAttribute.count == 2, let column = entity.columns.firstIndex(of: String(kindAndAttribute[1]))
            else {
                fail("unknown attribute in \(text)")
            }
            let draw = draw(for: "\(kind)#\(head.count > 1 ? head[1] : "")")
            return .slot(.entity(entity, column: column), draw: draw, quoting: quoting)
        }
        let key = head.count > 1 ? "\(kind)#\(head[1])" : nil
        let slot = parseKind(kind, parts.count > 1 ? parts[1] : nil, key: key, text: text)
        if let key, kinds[key] == nil { kinds[key] = slot }
        let draw = draw(for: key)
        if case .size = slot, !template.changeableDraws.contains(draw) { template.changeableDraws.append(draw) }
        return .slot(slot, draw: draw, quoting: quoting)
    }

    /// The draw of a named slot, or a new one.
    private mutating func draw(for key: String?) -> Int {
        guard let key else { return newDraw() }
        if let known = draws[key] { return known }
        let draw = newDraw()
        draws[key] = draw
        return draw
    }

    private mutating func parseKind(_ kind: String, _ arguments: Substring?, key: String?, text: Substring) -> Slot {
        if arguments == nil, let key, let known = kinds[key] { return known }
        switch kind {
        case "uuid": return .uuid(upperCase: false)
        case "guid": return .uuid(upperCase: true)
        default: break
        }
        guard let arguments else { fail("arguments missing in \(text)") }
        switch kind {
        case "pick":
            let choices = arguments.split(separator: "|", omittingEmptySubsequences: false).map(TemplateCompiler.plain)
            template.lists.append((0...2).map { times in choices.map { escape($0, times: times) } })
            return .pick(list: template.lists.count - 1)
        case "int", "size":
            let bounds = arguments.split(separator: "-").compactMap { UInt64($0) }
            guard bounds.count == 2, bounds[0] <= bounds[1] else { fail("odd range in \(text)") }
            return kind == "int" ? .integer(low: bounds[0], high: bounds[1]) : .size(low: bounds[0], high: bounds[1])
        case "hex", "id", "ID":
            guard let length = Int(arguments) else { fail("odd length in \(text)") }
            return kind == "hex" ? .hex(digits: length) : .identifier(length: length, upperCase: kind == "ID")
        case "time":
            guard let form = TimeForm(rawValue: String(arguments)) else { fail("unknown time form in \(text)") }
            return .time(form)
        default: fail("unknown kind in \(text)")
        }
    }

    private func fail(_ message: String) -> Never {
        preconditionFailure("event shape \(shape): \(message)")
    }
}

/// `bytes` as the content of a JSON string, escaped once or twice.
func escape(_ bytes: [UInt8], times: Int) -> [UInt8] {
    var result = bytes
    for _ in 0..<times {
        var next: [UInt8] = []
        next.append(jsonEscaped: result)
        result = next
    }
    return result
}
