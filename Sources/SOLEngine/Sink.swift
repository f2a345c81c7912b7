/// Takes rows, one after the other.
final class Sink {
    /// False: no more rows are wanted.
    let push: (Row) throws -> Bool
    /// Called once after the last row.
    let finish: () throws -> Void

    init(_ push: @escaping (Row) throws -> Bool, finish: @escaping () throws -> Void = {}) {
        self.push = push
        self.finish = finish
    }
}

/// A pipeline ready to run.
struct PreparedPipeline {
    var scope: Scope
    /// Names of the columns that come out.
    var columns: [String]
    /// Runs it into a sink, whose `finish` is called.
    var run: (Sink) throws -> Void
}
