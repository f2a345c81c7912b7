/// The entries of a part of numbers that are none, read one after the other: a forged part may say that there are millions.
struct OtherEntries {
    struct Entry {
        /// Counted among all entries of the part.
        var place: Int
        var bytes: UnsafeRawBufferPointer
    }

    let count: Int
    /// Bytes of the entries, each with its length.
    let textBytes: Int
    private let first: Cursor

    /// Reads over the entries.
    ///
    /// - Parameter entries: of the part.
    /// - Throws: `ArchiveError.damaged` if they are cut off, or more than the part has.
    init(_ reader: inout ByteReader, among entries: Int) throws(ArchiveError) {
        count = try reader.length()
        guard count <= entries else { throw NumberedEntries.damaged }
        first = Cursor(reader: reader, left: count, place: 0)
        var cursor = first
        var bytes = 0
        while let entry = try cursor.next() {
            guard entry.place < entries else { throw NumberedEntries.damaged }
            bytes += NumberedEntries.bytes(withLength: entry.bytes.count)
        }
        textBytes = bytes
        reader = cursor.reader
    }

    func cursor() -> Cursor { first }

    /// A way through the entries.
    struct Cursor {
        fileprivate(set) var reader: ByteReader
        fileprivate var left: Int
        fileprivate var place: Int

        /// Nil: there is no more.
        mutating func next() throws(ArchiveError) -> Entry? {
            if left == 0 { return nil }
            left -= 1
            place += try reader.length()
            defer { place += 1 }
            return Entry(place: place, bytes: try reader.take(try reader.length()))
        }
    }
}
