/// One field of an event shape.
struct ShapeField {
    enum Piece {
        /// JSON text as it is written.
        case bytes([UInt8])
        case slot(Slot, draw: Int, quoting: Int)
    }

    var name: String
    /// Nil if every event has the field; else the draw that decides, and in how many of 100 events it is there.
    var presence: (draw: Int, percent: Int)?
    var value: [Piece]
}

/// The fields of an event shape as nested objects: `source.ip` and `source.port` become one `source`.
enum FieldTree {
    case leaf(key: String, ShapeField)
    case object(key: String, [FieldTree])

    /// Whether the member is in every event.
    var isAlways: Bool {
        switch self {
        case .leaf(_, let field): field.presence == nil
        case .object(_, let members): members.contains(where: \.isAlways)
        }
    }

    /// - Precondition: no field's name is the beginning of another's (`user` and `user.name`).
    static func build(_ fields: [ShapeField], shape: String) -> [FieldTree] {
        build(fields.map { (path: $0.name.split(separator: ".")[...], field: $0) }, shape: shape)
    }

    private static func build(_ fields: [(path: ArraySlice<Substring>, field: ShapeField)], shape: String)
        -> [FieldTree]
    {
        var order: [Substring] = []
        var groups: [Substring: [(path: ArraySlice<Substring>, field: ShapeField)]] = [:]
        for entry in fields {
            guard let key = entry.path.first else {
                preconditionFailure("event shape \(shape): a field is inside a value")
            }
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append((entry.path.dropFirst(), entry.field))
        }
        return order.map { key in
            let members = groups[key] ?? []
            if members.count == 1, members[0].path.isEmpty { return .leaf(key: String(key), members[0].field) }
            return .object(key: String(key), build(members, shape: shape))
        }
    }

    /// The fields of `members` with their dotted paths.
    static func leaves(_ members: [FieldTree], under path: String) -> [(path: String, field: ShapeField)] {
        members.flatMap { member in
            switch member {
            case .leaf(let key, let field): [(path: "\(path).\(key)", field: field)]
            case .object(let key, let inner): leaves(inner, under: "\(path).\(key)")
            }
        }
    }
}
