/// A small deterministic random number generator: SplitMix64 (Steele, Lea, Flood: "Fast splittable
/// pseudorandom number generators", OOPSLA 2014).
///
/// Not for secrets. The sequence depends on the seed alone, on every platform and Swift version, which
/// `SystemRandomNumberGenerator` and the algorithms of `Int.random(in:using:)` do not promise.
struct SplitMix64: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A generator for one event of one export, independent of every other event's.
    init(seed: UInt64, event: Int) {
        state = SplitMix64.mix(seed &+ 0x632B_E59B_D9B4_E019) ^ SplitMix64.mix(UInt64(bitPattern: Int64(event)))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return SplitMix64.mix(state)
    }

    /// A number in `0 ..< bound`; `bound` is at least 1. The bias (below 2^-32 for the bounds used here) does not matter.
    mutating func below(_ bound: Int) -> Int {
        Int(SplitMix64.scale(next(), to: UInt64(bound)))
    }

    /// Maps a whole random word to `0 ..< bound`.
    static func scale(_ word: UInt64, to bound: UInt64) -> UInt64 {
        word.multipliedFullWidth(by: bound).high
    }

    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
