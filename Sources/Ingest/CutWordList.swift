import Archive

/// The words of a chunk that are longer than a term, each once.
struct CutWordList {
    private var words: Set<[UInt8]> = []
    private var bytes = 0

    /// Whether there are more than a partition keeps.
    var isTooLong: Bool { bytes > CutWords.limit }

    mutating func reset() {
        words.removeAll()
        bytes = 0
    }

    mutating func add(_ word: @autoclosure () -> [UInt8]) {
        if isTooLong { return }
        let word = word()
        // Nine: a partition counts the largest length.
        if words.insert(word).inserted { bytes += word.count + 9 }
    }

    /// For each word a varint length and its bytes, ascending.
    func write(to out: inout Buffer<UInt8>) {
        for word in words.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            out.appendVarint(UInt64(word.count))
            for byte in word { out.append(byte) }
        }
    }
}
