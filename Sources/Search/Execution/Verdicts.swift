/// What each code of a column means for a test.
struct Verdicts {
    enum Verdict: UInt8 {
        case no = 0
        case yes = 1
        /// Only the line tells.
        case seeLine = 2
    }

    /// The verdicts' raw values by code.
    private(set) var table: [UInt8]

    /// Of code 0, no value: `.no`.
    ///
    /// - Parameter count: of codes, at least 2.
    init(entries: Verdict, seeLine: Verdict, count: Int) {
        table = [UInt8](repeating: entries.rawValue, count: count)
        table[0] = Verdict.no.rawValue
        table[Self.seeLineCode] = seeLine.rawValue
    }

    /// The code of a value that only the line tells.
    static let seeLineCode = 1

    var count: Int { table.count }

    /// Gives `body` the table, to set those of codes that pass to the number it gets.
    mutating func withTable(_ body: (UnsafeMutableBufferPointer<UInt8>, UInt8) throws -> Void) rethrows {
        try table.withUnsafeMutableBufferPointer { try body($0, Verdict.yes.rawValue) }
    }

    /// - Parameter code: below `count`.
    mutating func pass(_ code: UInt32) { table[Int(code)] = Verdict.yes.rawValue }
}
