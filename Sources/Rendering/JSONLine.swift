/// A small JSON object, built in the order of its keys.
///
///     var line = JSONLine()
///     line.add("count", .integer(5))
///     try sink.write(line.text + "\n")
public struct JSONLine: Sendable {
    private var bytesSoFar: [UInt8] = [UInt8(ascii: "{")]

    public init() {}

    /// Adds a member. The caller keeps the keys distinct.
    public mutating func add(_ key: String, _ value: Cell) {
        if bytesSoFar.count > 1 { bytesSoFar.append(UInt8(ascii: ",")) }
        JSONText.appendString(key, to: &bytesSoFar)
        bytesSoFar.append(UInt8(ascii: ":"))
        value.appendJSON(to: &bytesSoFar)
    }

    public mutating func add(_ key: String, _ value: String) {
        add(key, .text(value))
    }

    public mutating func add(_ key: String, _ value: Int) {
        add(key, .integer(value))
    }

    public mutating func add(_ key: String, _ value: Bool) {
        add(key, .boolean(value))
    }

    /// Adds an object.
    public mutating func add(_ key: String, _ value: JSONLine) {
        add(key, .json(value.bytes))
    }

    /// The object, without a line feed.
    public var bytes: [UInt8] {
        bytesSoFar + [UInt8(ascii: "}")]
    }

    /// The object, without a line feed.
    public var text: String {
        String(decoding: bytes, as: UTF8.self)
    }
}
