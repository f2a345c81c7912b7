import Archive
import Events

/// Which codes have been defined, and which are to be.
struct CodeDefinitions {
    private enum State: UInt8 {
        case unknown, needed, known
    }

    private var states: [[State]]
    private var needed: [Bool]

    init(_ limits: [Int]) {
        states = limits.map { Array(repeating: .unknown, count: $0) }
        needed = Array(repeating: false, count: limits.count)
    }

    @inline(__always)
    mutating func need(_ place: Int, _ code: UInt32) {
        guard code >= 2, states[place][Int(code)] == .unknown else { return }
        states[place][Int(code)] = .needed
        needed[place] = true
    }

    mutating func isAnyNeeded(_ place: Int) -> Bool {
        defer { needed[place] = false }
        return needed[place]
    }

    mutating func takes(_ place: Int, _ code: UInt32) -> Bool {
        guard Int(code) < states[place].count, states[place][Int(code)] == .needed else { return false }
        states[place][Int(code)] = .known
        return true
    }
}

/// Cuts a partition's time into numbered steps.
struct TimeSteps {
    private let step: Int64
    private let first: Int64

    /// Nil: rows are given out event by event.
    init?(_ time: RowShape.Time, _ reader: PartitionReader) throws {
        switch time {
        case .exact: return nil
        case .none: (step, first) = (0, 0)
        case .step(let step):
            guard step > 0 else { return nil }
            self.step = step
            guard reader.minTime != undatedTime, reader.minTime <= reader.maxTime else {
                first = 0
                return
            }
            first = Self.floor(reader.minTime, step)
            let last = Self.floor(reader.maxTime, step)
            let (length, overflow) = last.subtractingReportingOverflow(first)
            guard !overflow, length / step < Int64(UInt32.max) - 1 else { return nil }
        }
    }

    var isUsed: Bool { step > 0 }

    private static func floor(_ time: Int64, _ step: Int64) -> Int64 {
        let rest = time % step
        return time &- (rest < 0 ? rest + step : rest)
    }

    /// From 1; 0: undated.
    @inline(__always)
    func number(of time: Int64) -> UInt32 {
        time == undatedTime ? 0 : UInt32(clamping: (Self.floor(time, step) &- first) / step + 1)
    }

    func time(of number: UInt32) -> Instant? {
        number == 0 ? nil : Instant(microseconds: first &+ Int64(number - 1) &* step)
    }
}

/// Distinct rows of a partition with their counts.
struct RowTuples {
    private let columns: Int
    private let steps: TimeSteps?
    private let wantsTimes: Bool
    private var counts: TupleCounts
    /// Earliest and latest times to the nanosecond, where wanted.
    private var times: [(first: Instant, last: Instant)?] = []

    init(columns: Int, steps: TimeSteps?, wantsTimes: Bool) {
        self.columns = columns
        self.steps = steps
        self.wantsTimes = wantsTimes
        counts = TupleCounts(width: max(1, columns + (steps?.isUsed == true ? 1 : 0)))
    }

    var count: Int { counts.tallies.count }

    mutating func removeAll() {
        counts = TupleCounts(width: counts.width)
        times = []
    }

    mutating func add(_ codes: [[UInt32]], _ micros: [Int64], _ nanoseconds: [Int64], _ offsets: [Int]) {
        if columns == 1, steps?.isUsed != true, !wantsTimes {
            let codes = codes[0]
            var tuple: UInt32 = 0
            for offset in offsets {
                tuple = codes.isEmpty ? 0 : codes[offset]
                withUnsafePointer(to: tuple) { counts.add(UnsafeBufferPointer(start: $0, count: 1), time: nil) }
            }
            return
        }
        var tuple = [UInt32](repeating: 0, count: counts.width)
        let hasSteps = steps?.isUsed == true
        for offset in offsets {
            for place in 0..<columns { tuple[place] = codes[place].isEmpty ? 0 : codes[place][offset] }
            if hasSteps, let steps { tuple[columns] = steps.number(of: micros[offset]) }
            let number = tuple.withUnsafeBufferPointer { counts.count($0) }
            guard wantsTimes, micros[offset] != undatedTime else { continue }
            let nanoseconds = offset < nanoseconds.count ? nanoseconds[offset] : 0
            let time = Instant(microseconds: micros[offset], nanoseconds: Int16(clamping: nanoseconds))
            while times.count <= number { times.append(nil) }
            if let known = times[number] {
                if time < known.first { times[number]?.first = time }
                if time > known.last { times[number]?.last = time }
            } else {
                times[number] = (time, time)
            }
        }
    }

    func forEachCode(_ body: (Int, UInt32) -> Void) {
        if columns == 0 { return }
        for number in counts.tallies.indices where counts.tallies[number].count > 0 {
            counts.withTuple(number) { tuple in
                for place in 0..<columns { body(place, tuple[place]) }
            }
        }
    }

    func forEach(
        _ body: (UnsafeBufferPointer<UInt32>, Instant?, UInt64, ClosedRange<Instant>?) throws -> Void
    ) rethrows {
        let (counts, times, steps, columns) = (counts, times, steps, columns)
        for number in counts.tallies.indices where counts.tallies[number].count > 0 {
            try counts.withTuple(number) { tuple in
                let time = steps?.isUsed == true ? steps?.time(of: tuple[columns]) : nil
                let range = number < times.count ? times[number] : nil
                try body(
                    UnsafeBufferPointer(rebasing: tuple[..<columns]), time, counts.tallies[number].count,
                    range.map { $0.first...$0.last })
            }
        }
    }
}
