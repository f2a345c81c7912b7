/// What the lines of a partition have in common: the text that stands between their values, and the values that often
/// stand there.
///
/// A line is cut into *pieces*, each the text up to a value (`,"user.name":`), and *values*. Lines of wide events consist of
/// pieces that all lines of their kind have; a block that names them by number is a fraction of the lines' size. The layout is
/// told in docs/archive-format.md, "Blocks by a model".
public struct LineModel: Sendable {
    /// A stretch of `bytes`.
    struct Stretch: Sendable {
        var at: Int32
        var count: Int32
    }

    /// Content of at most this many bytes.
    public static let mostBytes = 1 << 20
    /// Pieces are numbered from 1 to at most this.
    public static let mostPieces = 32_768
    /// Values of one piece are numbered from 1 to at most this.
    public static let mostValues = 253
    /// The value number that says: the value is among the texts.
    public static let textNumber: UInt8 = 0
    /// The value number that says: the line ends here.
    public static let endNumber: UInt8 = 255

    /// The content, and readable bytes behind it for copies of `LineRebuilder.step` at a time.
    let bytes: [UInt8]
    /// Piece n is at n - 1.
    let pieces: [Stretch]
    /// The values of all pieces, one piece after another.
    let values: [Stretch]
    /// Where the values of piece n begin, at n - 1; and one more at the end.
    let firstValues: [Int32]

    /// - Throws: `ArchiveError.damaged` if the content is not a model.
    public init(_ content: [UInt8]) throws(ArchiveError) {
        guard content.count <= Self.mostBytes else { throw ArchiveError(.damaged, "a model of lines is too long") }
        bytes = content + [UInt8](repeating: 0, count: LineRebuilder.step)
        var pieces: [Stretch] = []
        var values: [Stretch] = []
        var firstValues: [Int32] = [0]
        let result = content.withUnsafeBytes { raw -> Result<Void, ArchiveError> in
            do throws(ArchiveError) {
                var reader = ByteReader(raw)
                let count = try reader.varint()
                guard count <= Self.mostPieces else { throw ArchiveError(.damaged, "a model has too many pieces") }
                for _ in 0..<count {
                    pieces.append(try Self.stretch(&reader))
                    let own = try reader.varint()
                    guard own <= Self.mostValues else { throw ArchiveError(.damaged, "a model has too many values") }
                    for _ in 0..<own { values.append(try Self.stretch(&reader)) }
                    firstValues.append(Int32(values.count))
                }
                guard reader.isAtEnd else { throw ArchiveError(.damaged, "a model of lines has more than it says") }
                return .success(())
            } catch { return .failure(error) }
        }
        try result.get()
        (self.pieces, self.values, self.firstValues) = (pieces, values, firstValues)
    }

    private static func stretch(_ reader: inout ByteReader) throws(ArchiveError) -> Stretch {
        let count = try reader.length()
        let at = reader.at
        _ = try reader.take(count)
        return Stretch(at: Int32(at), count: Int32(count))
    }

    /// The content of a model.
    ///
    /// - Parameter pieces: each with the values that often follow it, in the order of their numbers; none holds a line feed.
    public static func content(_ pieces: [(text: [UInt8], values: [[UInt8]])]) -> [UInt8] {
        var out: [UInt8] = []
        out.appendVarint(UInt64(pieces.count))
        for piece in pieces {
            out.appendVarint(UInt64(piece.text.count))
            out.append(contentsOf: piece.text)
            out.appendVarint(UInt64(piece.values.count))
            for value in piece.values {
                out.appendVarint(UInt64(value.count))
                out.append(contentsOf: value)
            }
        }
        return out
    }
}
