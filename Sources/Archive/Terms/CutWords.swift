import Events

/// The words of a partition that its term index holds cut, in full.
///
/// Such words repeat (a certificate, an encoded command), so a few kilobytes tell what a million lines would have to be
/// read for. Where they do not repeat, and together are longer than `limit`, none are kept.
public struct CutWords: Sendable {
    /// Bytes of all words of a partition, with their lengths, that are kept at most.
    public static let limit = 1 << 20

    /// Folded and whole, by their term.
    private var words: [[UInt8]: [[UInt8]]] = [:]

    /// The words whose term this is; empty if the term is no cut word's.
    ///
    /// A word may also be as long as its term and not be cut: then it is only in the term index.
    public func words(of term: UnsafeRawBufferPointer) -> [[UInt8]] {
        words.isEmpty ? [] : words[Array(term)] ?? []
    }

    /// Reads the list of a partition: for each word a varint length and its bytes, ascending.
    ///
    /// - Throws: `ArchiveError.damaged`.
    init(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        var reader = ByteReader(bytes)
        while !reader.isAtEnd {
            let word = Array(try reader.take(try reader.length()))
            guard word.count > Tokenizer.longestToken else { throw ArchiveError(.damaged, "a cut word is too short") }
            words[Array(word.prefix(Tokenizer.tokenLength(ofFolded: word))), default: []].append(word)
        }
    }
}

/// Unites the lists of a partition's chunks.
struct CutWordMerger {
    private var words: Set<[UInt8]> = []
    private var bytes = 0

    /// Takes a chunk's list. Returns false if there are too many words.
    mutating func add(_ list: [UInt8]) throws(ArchiveError) -> Bool {
        let found = list.withUnsafeBytes { bytes -> Result<[[UInt8]], ArchiveError> in
            do throws(ArchiveError) {
                var reader = ByteReader(bytes)
                var found: [[UInt8]] = []
                while !reader.isAtEnd { found.append(Array(try reader.take(try reader.length()))) }
                return .success(found)
            } catch {
                return .failure(error)
            }
        }
        for word in try found.get() where words.insert(word).inserted { bytes += word.count + 9 }
        return bytes <= CutWords.limit
    }

    /// The partition's list.
    var list: [UInt8] {
        var list: [UInt8] = []
        for word in words.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            list.appendVarint(UInt64(word.count))
            list.append(contentsOf: word)
        }
        return list
    }
}
