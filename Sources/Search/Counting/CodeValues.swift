import Archive
import Events

/// The values behind the codes of a column that are needed, as numbers of a table.
struct CodeValues {
    /// The value of a code that has exactly one; 0: none, or several.
    private var single: [UInt32]
    private var several: [UInt32: [UInt32]] = [:]

    private static let batchSize = 8_192

    /// Decodes the entries for which `isNeeded` (by code) is set.
    ///
    /// - Throws: `OtherKinds` with `onlyStrings` if one holds a value that is no string.
    init(
        _ field: PartitionField, of reader: PartitionReader, isNeeded: [Bool], onlyStrings: Bool,
        into table: SharedValues
    ) throws {
        single = Array(repeating: 0, count: isNeeded.count)
        let decoder = EntryDecoder()
        var numbers: [UInt32] = []
        var known = self
        // Texts that lie in a part of the dictionary, with their codes.
        var batch: [UnsafeRawBufferPointer] = []
        var codes: [UInt32] = []
        func flush() {
            table.intern(batch) { known.single[Int(codes[$0])] = $1 }
            batch.removeAll(keepingCapacity: true)
            codes.removeAll(keepingCapacity: true)
        }
        try reader.forEachEntry(of: field, endPart: flush) { code, entry in
            guard Int(code) < isNeeded.count, isNeeded[Int(code)] else { return }
            let plain = decoder.plainValue(of: entry)
            if onlyStrings, let plain, plain.kind != .string { throw OtherKinds() }
            if let text = plain?.text, table.keeps(text) {
                batch.append(text)
                codes.append(code)
                if batch.count == Self.batchSize { flush() }
                return
            }
            numbers.removeAll(keepingCapacity: true)
            var isOther = false
            try decoder.forEachValue(of: entry) { kind, text in
                if kind != .string { isOther = true }
                let number = table.intern(text)
                if !numbers.contains(number) { numbers.append(number) }
                return true
            }
            if onlyStrings, isOther { throw OtherKinds() }
            if numbers.count == 1 { known.single[Int(code)] = numbers[0] } else { known.several[code] = numbers }
        }
        self = known
    }

    /// Calls `body` with each value of a code, or with 0 if it has none.
    @inline(__always)
    func forEach(_ code: UInt32, _ body: (UInt32) -> Void) {
        let number = single[Int(code)]
        if number != 0 { return body(number) }
        guard let numbers = several[code], !numbers.isEmpty else { return body(0) }
        for number in numbers { body(number) }
    }
}
