/// Reads the lines of a partition's events in ascending order, although the blocks that share a span hold them in another.
///
/// A window of events is read ahead: each block that has some of them is decompressed once, and its lines are copied. One
/// thread at a time.
public final class OrderedLines {
    private let open: () throws -> PartitionReader
    private var present: PartitionReader?
    /// Bytes of lines that are read ahead, about.
    public var mostBytes: Int
    /// The partition stays open between reads.
    public var keepsOpen = true
    private let isWanted: (Int) -> Bool
    /// Told the bytes of the lines that each decompressed block has.
    public var blockRead: (Int) -> Void = { _ in }

    /// A block that has its span for itself is not copied.
    private var whole: LoadedBlock?
    /// The events that are read ahead.
    private var window = 1..<1
    private var bytes: [UInt8] = []
    /// Per event of the window where its line lies in `bytes`; not wanted: empty at -1; lost: empty at -2 and below, which
    /// tell the failure.
    private var lines: [Range<Int>] = []
    private var failures: [any Error] = []
    /// Nothing of the window can be read.
    private var failure: (any Error)?

    /// - Parameters:
    ///   - mostBytes: of lines that are read ahead, about.
    ///   - isWanted: only such events are asked for; blocks without one are not read.
    public init(
        _ reader: PartitionReader, mostBytes: Int = 8 << 20, where isWanted: @escaping (Int) -> Bool = { _ in true }
    ) {
        open = { reader }
        self.mostBytes = mostBytes
        self.isWanted = isWanted
    }

    /// - Parameter open: opens the partition, again and again if it does not stay open.
    public init(opening open: @escaping () throws -> PartitionReader) {
        self.open = open
        mostBytes = 8 << 20
        isWanted = { _ in true }
    }

    /// Gives the partition back.
    public func close() {
        present = nil
    }

    /// Calls `body` with the event's line without its line feed.
    ///
    /// - Parameters:
    ///   - event: not below the one before.
    ///   - last: the last event that will be asked for.
    /// - Throws: `ArchiveError.damaged` if the event's block cannot be read; what `body` throws.
    public func withLine<Result>(
        _ event: Int, through last: Int = .max, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        if !window.contains(event) { try fill(from: event, through: last) }
        if let failure { throw failure }
        if let whole { return try whole.withLine(event, body) }
        let line = lines[event - window.lowerBound]
        if line.lowerBound < -1 { throw failures[-2 - line.lowerBound] }
        precondition(line.lowerBound >= 0, "event \(event) was not wanted")
        return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[line])) }
    }

    private func fill(from event: Int, through last: Int) throws {
        let reader = try present ?? open()
        defer { present = keepsOpen ? reader : nil }
        window = event..<event
        whole = nil
        failure = nil
        bytes.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        failures = []
        let blocks = try reader.blocks()
        let number = try reader.block(of: event)
        let span = blocks[number].span
        if blocks[number].isWhole {
            window = span.lowerBound..<span.upperBound + 1
            do {
                let block = try reader.load(block: number)
                blockRead(block.byteCount)
                whole = block
            } catch { failure = error }
            return
        }
        let shared = (number - blocks[number].place)..<blocks.count
        let numbers = shared.prefix { blocks[$0].span == span }
        let spanBytes = numbers.reduce(0) { $0 + blocks[$1].rawBytes }
        let some = max(1, Int(Double(mostBytes) / Double(spanBytes) * Double(span.count)))
        let end = min(last, span.upperBound, some > span.count ? span.upperBound : event + some - 1)
        lines.append(contentsOf: repeatElement(-1 ..< -1, count: end - event + 1))
        let expected = Int(Double(spanBytes) * Double(end - event + 1) / Double(span.count) * 1.1)
        // Grown by doubling, it would be twice as large as what it holds; of a larger window it need not keep the memory.
        if bytes.capacity > 2 * expected { bytes = [] }
        bytes.reserveCapacity(expected)
        window = event..<end + 1
        do {
            for number in numbers {
                copyLines(of: number, of: reader, within: event...end, try reader.events(of: number))
            }
        } catch { failure = error }
    }

    private func copyLines(
        of number: Int, of reader: PartitionReader, within events: ClosedRange<Int>, _ numbers: [Int]
    ) {
        guard numbers.contains(where: { events.contains($0) && isWanted($0) }) else { return }
        do {
            let block = try reader.load(block: number)
            blockRead(block.byteCount)
            for (position, event) in numbers.enumerated() where events.contains(event) && isWanted(event) {
                let start = bytes.count
                block.withLine(at: position) { bytes.append(contentsOf: $0) }
                lines[event - events.lowerBound] = start..<bytes.count
            }
        } catch {
            failures.append(error)
            let mark = -1 - failures.count
            for event in numbers where events.contains(event) { lines[event - events.lowerBound] = mark..<mark }
        }
    }
}
