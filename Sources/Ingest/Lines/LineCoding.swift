import Archive
import Zstd

/// How the lines of a partition are stored: what its frames refer to, and the model by which their blocks are written.
///
/// Depends on the partition's first lines alone.
struct LineCoding: Sendable {
    /// Empty if there is little that could be referred to.
    let dictionary: [UInt8]
    let compression: ZstdDictionary?
    /// Nil: lines are stored as they are.
    let model: LineModelIndex?
    /// Lines that are alike stand together (`LineOrder`).
    let isSorted: Bool

    /// Below, a model is not worth its place.
    private static let leastModelled = 64 << 10
    /// Bytes of lines that are encoded each way, at the end of the sample; at most a quarter of it.
    private static let trialBytes = 2 << 20
    /// Sorted, and by a model, lines must take at most so many hundredths: reading costs time as well.
    private static let worthSorting = 92
    private static let worthModelling = 80

    /// Chosen by the lines that a partition begins with.
    static func choose(_ run: EventRun) throws -> LineCoding {
        let sample = DictionarySample.choose(run)
        let plain = try LineCoding(dictionary: sample, model: nil, isSorted: false)
        guard run.memory.count >= leastModelled else { return plain }
        let trialFrom = run.memory.count - min(trialBytes, run.memory.count / 4)
        var builder = LineModelBuilder()
        var at = 0
        var first = 0
        while first < run.rows.count, at < trialFrom {
            let length = Int(run.rows[first].length)
            if !builder.isFull { builder.add(UnsafePointer(run.memory.base + at), length) }
            at += length + 1
            first += 1
        }
        let trial = try LineTrial(UnsafePointer(run.memory.base + at), run.rows[first...])
        defer { trial.free() }
        let plainSize = try trial.size(plain)
        guard plainSize > 0 else { return plain }
        let sorted = try LineCoding(dictionary: sample, model: nil, isSorted: true)
        let sortedSize = try trial.size(sorted)
        let isSorted = sortedSize * 100 <= plainSize * worthSorting
        let model = LineModelIndex(builder.model())
        guard model.content.count <= LineModel.mostBytes else { return isSorted ? sorted : plain }
        let modelled = try LineCoding(dictionary: texts(of: sample, model), model: model, isSorted: isSorted)
        if try trial.size(modelled) * 100 <= min(plainSize, sortedSize) * worthModelling { return modelled }
        return isSorted ? sorted : plain
    }

    private init(dictionary: [UInt8], model: LineModelIndex?, isSorted: Bool) throws {
        self.dictionary = dictionary
        self.model = model
        self.isSorted = isSorted
        compression =
            dictionary.isEmpty
            ? nil
            : try dictionary.withUnsafeBytes {
                try ZstdDictionary(
                    forCompression: $0, level: FrameEncoder.level, search: FrameEncoder.search(isSorted: isSorted))
            }
    }

    /// What is left of the chosen lines once the model has said its part.
    private static func texts(of sample: [UInt8], _ model: LineModelIndex) -> [UInt8] {
        var encoder = LineModelEncoder()
        defer { encoder.free() }
        let lengths = sample.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map(\.count)
        // Whoever looks at words of eight bytes may look behind the last line.
        let readable = sample + [UInt8](repeating: 0, count: RawMemory.slack)
        readable.withUnsafeBufferPointer {
            if let base = $0.baseAddress { encoder.encode(base, lengths: lengths, by: model) }
        }
        let texts = UnsafeBufferPointer(
            start: encoder.content.base + encoder.textsAt, count: encoder.content.count - encoder.textsAt)
        return texts.count < DictionarySample.shortest ? [] : Array(texts)
    }
}

/// Lines that are encoded in several ways, to see how many bytes they take.
private final class LineTrial {
    private let lines: UnsafePointer<UInt8>
    private let rows: ArraySlice<EventRow>
    private var longest = Buffer<LineText>()
    private var frames: FrameEncoder
    private var out = Buffer<UInt8>(capacity: 1 << 20)

    init(_ lines: UnsafePointer<UInt8>, _ rows: ArraySlice<EventRow>) throws {
        self.lines = lines
        self.rows = rows
        frames = try FrameEncoder()
        var at = lines
        for row in rows {
            var text = LineText(start: at, count: 0)
            LinePieces.forEach(at, Int(row.length)) { _, value in
                guard let value, let start = value.baseAddress, start.pointee == 0x22, value.count - 2 > text.count
                else {
                    return
                }
                text = LineText(start: start + 1, count: value.count - 2)
            }
            longest.append(text)
            at += Int(row.length) + 1
        }
    }

    func free() {
        longest.free()
        frames.free()
        out.free()
    }

    func size(_ coding: LineCoding) throws -> Int {
        out.count = 0
        _ = try frames.encode(lines, rows, longest: longest, coding: coding, into: &out)
        return out.count
    }
}
