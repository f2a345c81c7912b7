/// A sum of numbers that does not depend on their order: rounded once, at the end.
///
/// Integers are added in 128 bits. Doubles are kept as non-overlapping partial sums (Shewchuk, "Adaptive Precision
/// Floating-Point Arithmetic and Fast Robust Geometric Predicates", 1997; as Python's `math.fsum`).
struct ExactSum {
    /// Two's complement.
    private var low: UInt64 = 0
    private var high: Int64 = 0
    private var partials: [Double] = []
    /// Some number was no integer.
    private var hasDoubles = false

    mutating func add(_ number: Int64, times weight: Int64) {
        let product = number.multipliedFullWidth(by: weight)
        add(low: product.low, high: product.high)
    }

    private mutating func add(low: UInt64, high: Int64) {
        let (sum, carries) = self.low.addingReportingOverflow(low)
        self.low = sum
        self.high = self.high &+ high &+ (carries ? 1 : 0)
    }

    mutating func add(_ number: Double, times weight: Int64) {
        hasDoubles = true
        if weight == 1 { return add(number) }
        // The product is exact as a sum of two.
        let factor = Double(weight)
        let product = number * factor
        add(product)
        if product.isFinite { add((-product).addingProduct(number, factor)) }
    }

    private mutating func add(_ number: Double) {
        var x = number
        var kept = 0
        for place in partials.indices {
            var y = partials[place]
            if x.magnitude < y.magnitude { swap(&x, &y) }
            let sum = x + y
            let rest = y - (sum - x)
            if rest != 0 {
                partials[kept] = rest
                kept += 1
            }
            x = sum
        }
        partials.removeLast(partials.count - kept)
        if x != 0 || !x.isFinite { partials.append(x) }
    }

    mutating func add(_ other: ExactSum) {
        add(low: other.low, high: other.high)
        hasDoubles = hasDoubles || other.hasDoubles
        for partial in other.partials { add(partial) }
    }

    /// An integer if all numbers were and the sum has 64 bits, else a double; null if that is not finite.
    var value: Value {
        if !hasDoubles, high == (low >> 63 == 1 ? -1 : 0) { return .integer(Int64(bitPattern: low)) }
        return .finite(double)
    }

    var double: Double {
        var all = self
        if low != 0 || high != 0 {
            // In three pieces that doubles hold exactly.
            all.add(Double(high) * 0x1p64)
            all.add(Double(low >> 32) * 0x1p32)
            all.add(Double(low & 0xFFFF_FFFF))
        }
        return all.rounded
    }

    /// The partial sums, added from the largest so that the result is the nearest double.
    private var rounded: Double {
        guard var sum = partials.last else { return 0 }
        var place = partials.count - 1
        var rest = 0.0
        while place > 0 {
            place -= 1
            let (x, y) = (sum, partials[place])
            sum = x + y
            rest = y - (sum - x)
            if rest != 0 { break }
        }
        // Half-way cases are decided by what is left below.
        if place > 0, (rest < 0 && partials[place - 1] < 0) || (rest > 0 && partials[place - 1] > 0) {
            let twice = rest * 2
            let moved = sum + twice
            if twice == moved - sum { sum = moved }
        }
        return sum
    }
}
