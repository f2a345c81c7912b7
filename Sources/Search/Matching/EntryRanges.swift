import Archive
import Events

extension CompiledTest {
    /// Where in a dictionary the plain entries lie of which a value may pass; nil: anywhere.
    ///
    /// Plain: one string, number, `true` or `false`, written without escapes.
    var entryRanges: [EntryRange]? {
        switch check {
        case .whole(let whole): whole.entryRanges
        case .wildcard(let pattern): pattern.beginning.map(EntryRange.beginning)
        case .exists, .contains, .words, .containsPattern, .regex, .anyText, .emptyText, .range: nil
        }
    }
}

extension WholeText {
    /// The entry with the very text, or the addresses of a network that begin with its whole octets: IPv4 addresses have one
    /// spelling.
    fileprivate var entryRanges: [EntryRange]? {
        guard case .exact(let bytes) = spelling else { return nil }
        if meanings.isEmpty {
            return [EntryRange(only: EntryRange.quote + bytes + EntryRange.quote), EntryRange(only: bytes)]
        }
        guard meanings.count == 1 else { return nil }
        let (first, last): (IPAddress, IPAddress)
        switch meanings[0] {
        case .address(let address): (first, last) = (address, address)
        case .network(let network): (first, last) = (network.first, network.last)
        case .number, .period: return nil
        }
        guard case .v4(let low) = first, case .v4(let high) = last else { return nil }
        var beginning = ""
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            guard low >> shift == high >> shift else { break }
            beginning += "\(low >> shift & 0xFF)" + (shift > 0 ? "." : "")
        }
        // The text of the literal itself passes too; it begins so.
        guard !beginning.isEmpty, bytes.starts(with: beginning.utf8) else { return nil }
        return [EntryRange(beginning: EntryRange.quote + Array(beginning.utf8))]
    }
}

extension EntryRange {
    fileprivate static let quote = [UInt8(ascii: "\"")]

    /// Texts that begin so, and numbers.
    fileprivate static func beginning(_ bytes: [UInt8]) -> [EntryRange] {
        [EntryRange(beginning: quote + bytes), EntryRange(beginning: bytes)]
    }
}
