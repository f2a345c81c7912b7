import Archive
import Events

/// Cuts texts into terms and enters them in the chunk's table.
///
/// The rules are `Events.Tokenizer`'s (docs/archive-format.md). A text of ASCII, as nearly all are, is cut without a
/// branch per byte: eight bytes at a time give a bit for each byte that is part of a word, and the borders in those
/// bits are the borders of the words. A text with other characters goes through `Tokenizer` itself.
struct TermIndexer {
    var terms = TermTable()
    var joints = JointList()
    /// Term numbers of values that were met for the first time while `caching` was set.
    var cached = Buffer<UInt32>(capacity: 1 << 16)
    var caching = false
    /// Words that become terms without their end.
    var cutWords = CutWordList()
    /// The text that `Tokenizer` is cutting.
    private var source = UnsafeRawBufferPointer(start: nil, count: 0)
    /// The word before in it: where it ends, and its last two bytes, folded.
    private var wordBefore = WordBefore.none
    /// A word of up to sixteen bytes in lower case, or the beginning of a longer one.
    private struct Word: BitwiseCopyable {
        var low: UInt64
        var high: UInt64
        var hash: UInt32
        var length: UInt32
    }

    private struct WordBefore: BitwiseCopyable {
        var end: Int
        /// 0: it has only one.
        var tail: UInt32

        static let none = WordBefore(end: 0, tail: 0)
    }

    private var words = Buffer<Word>(capacity: 2048)
    private var guesses = Buffer<UInt32>(capacity: 2048)
    /// Where words begin and end, in turn.
    private var borders = Buffer<UInt32>(capacity: 4096)
    private let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: Tokenizer.scratchBytes)
    private let classes = Tokenizer.classes
    private let masks = Self.wordMasks

    /// What to keep of sixteen bytes of a word, by its length.
    private nonisolated(unsafe) static let wordMasks: UnsafePointer<(low: UInt64, high: UInt64)> = {
        let masks = UnsafeMutablePointer<(low: UInt64, high: UInt64)>.allocate(capacity: TermTable.wordsOfEntry + 1)
        for length in 0...TermTable.wordsOfEntry {
            (masks + length).initialize(to: (ByteMask.of(length), ByteMask.of(length - 8)))
        }
        return UnsafePointer(masks)
    }()

    mutating func free() {
        terms.free()
        joints.free()
        cached.free()
        borders.free()
        words.free()
        guesses.free()
        scratch.deallocate()
    }

    /// For the next chunk; joints are kept.
    mutating func reset() {
        terms.reset()
        cutWords.reset()
        cached.removeAll(keeping: 1 << 20)
        borders.removeAll(keeping: 1 << 20)
        words.removeAll(keeping: 1 << 18)
        guesses.removeAll(keeping: 1 << 18)
    }

    /// Enters all terms of a text, valid UTF-8 with at least 64 readable bytes behind it.
    mutating func index(_ text: UnsafePointer<UInt8>, _ count: Int) {
        guard findBorders(text, count) else {
            source = UnsafeRawBufferPointer(start: text, count: count)
            wordBefore = .none
            defer { source = UnsafeRawBufferPointer(start: nil, count: 0) }
            Tokenizer.tokenize(
                source, scratch: scratch, classes: classes, sink: &self)
            return
        }
        readWords(text)
        findJoints(text)
        var octets = OctetRun()
        for i in 0..<words.count {
            let word = words.base + i
            let length = Int(word.pointee.length)
            let number: UInt32
            if length <= TermTable.wordsOfEntry {
                number = terms.add(
                    low: word.pointee.low, high: word.pointee.high, length: word.pointee.length,
                    hash: word.pointee.hash, guess: guesses[i])
            } else {
                let start = text + Int(borders[2 &* i])
                number = addLong(start, min(length, Tokenizer.longestToken))
                if length > Tokenizer.longestToken { cutWords.add(Self.folded(start, length)) }
            }
            if caching { cached.append(number) }
            // Most words are no number of an address: one test tells.
            if length > 3 || UInt8(truncatingIfNeeded: word.pointee.low) > 0x39 {
                octets.count = 0
            } else if octets.take(word.pointee.low, length, start: Int(borders[2 &* i]), text: text) {
                let address = octets.token
                let number = terms.add(low: address.low, high: address.high, length: 12)
                if caching { cached.append(number) }
            }
        }
    }

    /// Loads the words between the borders, and where the table probably has them.
    private mutating func readWords(_ text: UnsafePointer<UInt8>) {
        let count = borders.count / 2
        words.reserve(count)
        words.count = count
        guesses.reserve(count)
        guesses.count = count
        for i in 0..<count {
            let start = Int(borders[2 &* i])
            let length = Int(borders[2 &* i &+ 1]) &- start
            // Letters and digits alone: setting this bit makes lower case and leaves digits as they are.
            let raw = UnsafeRawPointer(text + start)
            let mask = masks[min(length, TermTable.wordsOfEntry)]
            let low = (raw.loadUnaligned(as: UInt64.self) | Self.lowerCase) & mask.low
            let high = (raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self) | Self.lowerCase) & mask.high
            words[i] = Word(
                low: low, high: high, hash: terms.hash(low: low, high: high),
                length: UInt32(truncatingIfNeeded: length))
        }
        for i in 0..<count { guesses[i] = terms.guess(words[i].hash) }
    }

    /// Where one character stands between two words.
    private mutating func findJoints(_ text: UnsafePointer<UInt8>) {
        let count = borders.count / 2
        if count < 2 { return }
        var (start, end) = (borders[0], borders[1])
        for i in 1..<count {
            let (next, nextEnd) = (borders[2 &* i], borders[2 &* i &+ 1])
            // What lies outside of a word of one byte is not looked at.
            if next &- end == 1, end &- start >= 2, nextEnd &- next >= 2 {
                let around = UnsafeRawPointer(text).loadUnaligned(fromByteOffset: Int(end) &- 2, as: UInt64.self)
                let folded = around | Self.lowerCase
                let letters = UInt32(truncatingIfNeeded: folded & 0xFFFF | folded &>> 8 & 0xFFFF_0000)
                if let joint = WordJoint(letters) { joints.add(joint.row) }
            }
            (start, end) = (next, nextEnd)
        }
    }

    /// Enters one term, 1 to 128 bytes in lower case.
    mutating func indexWord(_ word: UnsafePointer<UInt8>, _ count: Int) {
        scratch.update(from: word, count: count)
        enter(scratch, count)
    }

    private static let lowerCase: UInt64 = 0x2020_2020_2020_2020

    private static func folded(_ word: UnsafePointer<UInt8>, _ length: Int) -> [UInt8] {
        var folded: [UInt8] = []
        WordCharacters.folded(UnsafeRawBufferPointer(start: word, count: length), into: &folded)
        return folded
    }

    /// A word of more than 16 bytes; the table wants it folded.
    private mutating func addLong(_ word: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
        let source = UnsafeRawPointer(word)
        let target = UnsafeMutableRawPointer(scratch)
        var at = 0
        while at < length {
            let folded = source.loadUnaligned(fromByteOffset: at, as: UInt64.self) | Self.lowerCase
            target.storeBytes(of: folded, toByteOffset: at, as: UInt64.self)
            at &+= 8
        }
        return terms.add(scratch, length)
    }

    // MARK: borders

    /// Writes where words begin and end; false if the text is not ASCII.
    private mutating func findBorders(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let raw = UnsafeRawPointer(text)
        borders.count = 0
        borders.reserve(count &+ 66)
        let out = borders.base
        var found = 0
        var wordBefore: UInt64 = 0
        var all: UInt64 = 0
        var base = 0
        while base < count {
            var words: UInt64 = 0
            if count &- base >= 64 {
                // Written out, so that eight words are on their way at once.
                let at = raw + base
                let w0 = at.loadUnaligned(as: UInt64.self)
                let w1 = at.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                let w2 = at.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                let w3 = at.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
                let w4 = at.loadUnaligned(fromByteOffset: 32, as: UInt64.self)
                let w5 = at.loadUnaligned(fromByteOffset: 40, as: UInt64.self)
                let w6 = at.loadUnaligned(fromByteOffset: 48, as: UInt64.self)
                let w7 = at.loadUnaligned(fromByteOffset: 56, as: UInt64.self)
                all |= (w0 | w1) | (w2 | w3) | ((w4 | w5) | (w6 | w7))
                let early = Self.wordBits(w0) | Self.wordBits(w1) &<< 8 | Self.wordBits(w2) &<< 16
                let middle = Self.wordBits(w3) &<< 24 | Self.wordBits(w4) &<< 32 | Self.wordBits(w5) &<< 40
                words = early | middle | (Self.wordBits(w6) &<< 48 | Self.wordBits(w7) &<< 56)
            } else {
                let rest = count &- base
                var offset = 0
                while offset < rest {
                    var bytes = raw.loadUnaligned(fromByteOffset: base &+ offset, as: UInt64.self)
                    bytes &= ByteMask.of(rest &- offset)
                    all |= bytes
                    words |= Self.wordBits(bytes) &<< UInt64(truncatingIfNeeded: offset)
                    offset &+= 8
                }
            }
            var edges = words ^ (words &<< 1 | wordBefore)
            wordBefore = words &>> 63
            while edges != 0 {
                out[found] = UInt32(truncatingIfNeeded: base &+ edges.trailingZeroBitCount)
                found &+= 1
                edges &= edges &- 1
            }
            base &+= 64
        }
        if found & 1 != 0 {
            out[found] = UInt32(truncatingIfNeeded: count)
            found &+= 1
        }
        borders.count = found
        return all & 0x8080_8080_8080_8080 == 0
    }

    /// A bit for each of eight ASCII bytes, set if it is a letter or digit.
    @inline(__always)
    private static func wordBits(_ bytes: UInt64) -> UInt64 {
        let folded = bytes | lowerCase
        // No carry goes from a byte to the next: all are below 0x80, and so are the numbers added.
        let fromA = folded &+ 0x1F1F_1F1F_1F1F_1F1F
        let afterZ = folded &+ 0x0505_0505_0505_0505
        let fromZero = bytes &+ 0x5050_5050_5050_5050
        let afterNine = bytes &+ 0x4646_4646_4646_4646
        let found = (fromA & ~afterZ | fromZero & ~afterNine) & 0x8080_8080_8080_8080
        // Gathers the top bits of the bytes, the first byte's in bit 0.
        return (found &>> 7 &* 0x0102_0408_1020_4080) &>> 56
    }
}

extension TermIndexer: TokenSink {
    mutating func token(_ bytes: UnsafeMutablePointer<UInt8>, length: Int, start: Int, end: Int) {
        enter(bytes, length)
        if length >= 2, start > wordBefore.end, wordBefore.tail != 0 {
            meet(wordBefore.tail | UInt32(bytes[0]) << 16 | UInt32(bytes[1]) << 24, start: start)
        }
        wordBefore = WordBefore(
            end: end, tail: length >= 2 ? UInt32(bytes[length - 2]) | UInt32(bytes[length - 1]) << 8 : 0)
        // Folding may change a length, but only a word that was cut can be longer than so many bytes.
        if length >= Tokenizer.longestToken - 3, end <= source.count {
            var word: [UInt8] = []
            WordCharacters.folded(UnsafeRawBufferPointer(rebasing: source[start..<end]), into: &word)
            if word.count > Tokenizer.longestToken { cutWords.add(word) }
            wordBefore.tail = UInt32(word[word.count - 2]) | UInt32(word[word.count - 1]) << 8
        }
    }

    mutating func addressToken(_ bytes: UnsafeMutablePointer<UInt8>, length: Int, start: Int, end: Int) {
        enter(bytes, length)
    }

    private mutating func enter(_ bytes: UnsafeMutablePointer<UInt8>, _ length: Int) {
        let number = terms.add(bytes, length)
        if caching { cached.append(number) }
    }

    /// - Parameters:
    ///   - letters: the last two bytes of the word before and the first two of this one.
    ///   - start: of this one in the text.
    @inline(__always)
    private mutating func meet(_ letters: UInt32, start: Int) {
        guard let joint = WordJoint(letters), let base = source.baseAddress?.assumingMemoryBound(to: UInt8.self)
        else { return }
        let between = base + wordBefore.end
        if UTF8Text.decodeScalar(between, base + source.count).length == start - wordBefore.end {
            joints.add(joint.row)
        }
    }
}
