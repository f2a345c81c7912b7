import Archive
import Events

/// Finds the pieces that many lines have, and the values that often stand behind each.
///
/// The lines must stay where they are as long as the builder is used. What it finds depends on the lines alone.
struct LineModelBuilder {
    private typealias Text = UnsafeBufferPointer<UInt8>

    private struct Piece {
        var text: Text
        var seen = 0
        /// Numbers in `steps`: the pieces that followed.
        var steps: [Int32] = []
    }

    private struct Value {
        var piece: Int32
        var seen: Int32
        var text: Text
    }

    private struct Step {
        var from: Int32
        var to: Int32
        var seen: Int
    }

    /// A piece or value is known from so many occurrences on.
    private static let least = 3
    /// Values that are looked at: so many take some 20 MB.
    private static let mostVisits = 1 << 19
    /// Bytes of all pieces, and of all values.
    private static let mostBytes = 384 << 10

    private var pieces: [Piece] = []
    private var values: [Value] = []
    private var steps: [Step] = []
    private var pieceSlots = HashSlots()
    private var valueSlots = HashSlots()
    private var stepSlots = HashSlots()
    private var visits = 0

    /// True when more lines would not be looked at.
    var isFull: Bool { visits >= Self.mostVisits }

    mutating func add(_ line: UnsafePointer<UInt8>, _ length: Int) {
        var previous: Int32 = -1
        LinePieces.forEach(line, length) { piece, value in
            // One line may have millions.
            guard !isFull else { return }
            let number = take(piece)
            if previous >= 0 { step(from: previous, to: number) }
            previous = number
            if let value { take(value, behind: number) }
            visits += 1
        }
    }

    private mutating func take(_ text: Text) -> Int32 {
        guard let start = text.baseAddress else { return 0 }
        let hash = UInt64(batchHash(start, text.count))
        let known = pieceSlots.position(hash) { Self.same(pieces[$0].text, text) }
        let number = known ?? pieces.count
        if known == nil {
            pieceSlots.insert(hash, position: number)
            pieces.append(Piece(text: text))
        }
        pieces[number].seen += 1
        return Int32(number)
    }

    private mutating func take(_ text: Text, behind piece: Int32) {
        guard let start = text.baseAddress else { return }
        let hash = UInt64(batchHash(start, text.count, seed: UInt64(piece) + 1))
        if let known = valueSlots.position(
            hash, where: { values[$0].piece == piece && Self.same(values[$0].text, text) })
        {
            values[known].seen += 1
        } else {
            valueSlots.insert(hash, position: values.count)
            values.append(Value(piece: piece, seen: 1, text: text))
        }
    }

    private mutating func step(from: Int32, to: Int32) {
        var hash = (UInt64(UInt32(bitPattern: from)) << 32 | UInt64(UInt32(bitPattern: to))) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 32
        if let known = stepSlots.position(hash, where: { steps[$0].from == from && steps[$0].to == to }) {
            steps[known].seen += 1
        } else {
            stepSlots.insert(hash, position: steps.count)
            pieces[Int(from)].steps.append(Int32(steps.count))
            steps.append(Step(from: from, to: to, seen: 1))
        }
    }

    private static func same(_ a: Text, _ b: Text) -> Bool {
        guard a.count == b.count, let x = a.baseAddress, let y = b.baseAddress else { return a.count == b.count }
        return sameBytes(x, y, a.count)
    }

    // MARK: the model

    /// The pieces in the order in which lines have them, as far as there is one, with their values, the most frequent first.
    func model() -> [(text: [UInt8], values: [[UInt8]])] {
        let known = chosen(pieces.indices.map { (seen: pieces[$0].seen, length: pieces[$0].text.count) })
            .prefix(LineModel.mostPieces)
        let isKnown = Set(known)
        let chosenValues = chosen(values.map { (seen: Int($0.seen), length: $0.text.count) })
        var valuesOf: [Int32: [Int]] = [:]
        for value in chosenValues where isKnown.contains(Int(values[value].piece)) {
            valuesOf[values[value].piece, default: []].append(value)
        }
        return ordered(isKnown).map { number in
            let own = (valuesOf[Int32(number)] ?? []).sorted {
                values[$0].seen == values[$1].seen ? $0 < $1 : values[$0].seen > values[$1].seen
            }
            return (Array(pieces[number].text), own.prefix(LineModel.mostValues).map { Array(values[$0].text) })
        }
    }

    /// What occurs often enough, those that stand for the most bytes first, as long as they fit.
    private func chosen(_ candidates: [(seen: Int, length: Int)]) -> [Int] {
        var left = Self.mostBytes
        return candidates.indices.filter { candidates[$0].seen >= Self.least }.sorted {
            let (a, b) = (candidates[$0], candidates[$1])
            return a.seen * a.length == b.seen * b.length ? $0 < $1 : a.seen * a.length > b.seen * b.length
        }.filter {
            guard candidates[$0].length <= left else { return false }
            left -= candidates[$0].length
            return true
        }
    }

    /// A topological order of what follows what (reverse postorder of a depth-first walk); where lines contradict each other,
    /// the order of one of them. The numbers of a line then mostly ascend by little.
    private func ordered(_ known: Set<Int>) -> [Int] {
        var order: [Int] = []
        var isMet = [Bool](repeating: false, count: pieces.count)
        for root in pieces.indices where known.contains(root) && !isMet[root] {
            isMet[root] = true
            var path = [(piece: root, rest: followers(of: root, known)[...])]
            while let last = path.last {
                if let following = last.rest.first {
                    path[path.count - 1].rest.removeFirst()
                    if isMet[following] { continue }
                    isMet[following] = true
                    path.append((following, followers(of: following, known)[...]))
                } else {
                    order.append(last.piece)
                    path.removeLast()
                }
            }
        }
        return order.reversed()
    }

    /// The rarest first: what is walked to last comes to stand next.
    private func followers(of piece: Int, _ known: Set<Int>) -> [Int] {
        pieces[piece].steps.filter { known.contains(Int(steps[Int($0)].to)) }.sorted {
            let (a, b) = (steps[Int($0)], steps[Int($1)])
            return a.seen == b.seen ? a.to < b.to : a.seen < b.seen
        }.map { Int(steps[Int($0)].to) }
    }
}
