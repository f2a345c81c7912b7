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

    /// Below, a model is not worth its place.
    private static let leastModelled = 64 << 10
    /// Bytes of lines that are encoded both ways, at the end of the sample; at most an eighth of it.
    private static let trialBytes = 1 << 20
    /// Lines are stored by a model if they take at most so many hundredths: rebuilding them costs time as well.
    private static let worthwhile = 80

    /// Chosen by the lines that a partition begins with.
    static func choose(_ run: EventRun) throws -> LineCoding {
        let sample = DictionarySample.choose(run)
        let plain = try LineCoding(dictionary: sample, model: nil)
        guard run.memory.count >= leastModelled else { return plain }
        let trialFrom = run.memory.count - min(trialBytes, run.memory.count / 8)
        var builder = LineModelBuilder()
        var at = 0
        var trial: (at: Int, rows: ArraySlice<EventRow>) = (0, [])
        for (i, row) in run.rows.enumerated() {
            if at >= trialFrom {
                trial = (at, run.rows[i...])
                break
            }
            if !builder.isFull { builder.add(UnsafePointer(run.memory.base + at), Int(row.length)) }
            at += Int(row.length) + 1
        }
        if trial.rows.isEmpty { return plain }
        let model = LineModelIndex(builder.model())
        let modelled = try LineCoding(dictionary: texts(of: sample, model), model: model)
        var frames = try FrameEncoder()
        defer { frames.free() }
        func size(_ coding: LineCoding) throws -> Int {
            var out = Buffer<UInt8>(capacity: 1 << 20)
            defer { out.free() }
            _ = try frames.encode(
                UnsafePointer(run.memory.base + trial.at), trial.rows, coding: coding, into: &out)
            return out.count
        }
        return try size(modelled) * 100 <= size(plain) * worthwhile ? modelled : plain
    }

    private init(dictionary: [UInt8], model: LineModelIndex?) throws {
        self.dictionary = dictionary
        self.model = model
        compression =
            dictionary.isEmpty
            ? nil
            : try dictionary.withUnsafeBytes {
                try ZstdDictionary(forCompression: $0, level: FrameEncoder.level, search: FrameEncoder.search)
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
