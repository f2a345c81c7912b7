/// Cuts a line into pieces and values, as `Archive.LineModel` knows them.
///
/// A value is a string, number, `true`, `false` or `null` that is not a key, or a list without objects as a whole; a piece is
/// everything up to the next value. Where exactly a line is cut is a matter of size only: pieces and values are bytes of the
/// line, all of them, in order.
enum LinePieces {
    typealias Bytes = UnsafePointer<UInt8>

    /// Calls `body` with each piece and the value behind it; the last piece has the line's end behind it, and nil.
    ///
    /// - Parameter line: an event, so JSON that a validator has accepted, and its line feed.
    @inline(__always)
    static func forEach(
        _ line: Bytes, _ length: Int,
        _ body: (_ piece: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>?) -> Void
    ) {
        let end = line + length
        var piece = line
        var at = line
        // Of a list that holds an object nothing is asked again before that object: nesting costs no more than its length.
        var nextObject = line
        if length >= 3, at.pointee == 0xEF { at += 3 }  // the byte order mark of a file's first line
        while at < end {
            let valueEnd: Bytes
            switch at.pointee {
            case 0x22:
                var ignored = false
                valueEnd = ValidJSON.skipString(at, escaped: &ignored)
                let behind = ValidJSON.skipSpace(valueEnd)
                if behind.pointee == 0x3A {
                    at = behind + 1
                    continue
                }
            case 0x5B:
                if at < nextObject {
                    at += 1
                    continue
                }
                switch endOfList(at) {
                case .list(let end): valueEnd = end
                case .object(let object):
                    nextObject = object
                    at += 1
                    continue
                }
            case 0x20, 0x09, 0x0D, 0x2C, 0x3A, 0x5D, 0x7B, 0x7D:
                at += 1
                continue
            default: valueEnd = ValidJSON.skipScalar(at)
            }
            body(
                UnsafeBufferPointer(start: piece, count: at - piece),
                UnsafeBufferPointer(start: at, count: valueEnd - at))
            piece = valueEnd
            at = valueEnd
        }
        body(UnsafeBufferPointer(start: piece, count: end - piece), nil)
    }

    private enum ListEnd {
        /// Just after the closing bracket.
        case list(Bytes)
        /// The first object in it.
        case object(Bytes)
    }

    private static func endOfList(_ start: Bytes) -> ListEnd {
        var at = start
        var depth = 0
        var ignored = false
        while true {
            switch at.pointee {
            case 0x22:
                at = ValidJSON.skipString(at, escaped: &ignored)
                continue
            case 0x7B: return .object(at)
            case 0x5B: depth &+= 1
            case 0x5D:
                depth &-= 1
                if depth == 0 { return .list(at + 1) }
            default: break
            }
            at += 1
        }
    }
}
