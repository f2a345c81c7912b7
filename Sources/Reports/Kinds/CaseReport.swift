import Archive
import Rendering

/// The questions of a case and their answers, in order.
public struct CaseReport {
    private let context: ReportContext
    private let folder: CaseFolder

    public init(_ context: ReportContext, folder: CaseFolder) {
        self.context = context
        self.folder = folder
    }

    public func make() throws -> Report {
        let content = try folder.read()
        var chain = ReportSection(id: "chain", title: "The record")
        chain.facts = [
            ReportFact("questions", UInt64(content.records.count)),
            ReportFact(
                "chain", .text(content.problems.isEmpty ? "whole" : "broken"), verdict: content.problems.isEmpty),
            ReportFact("records cut off by a killed process", UInt64(content.torn)),
            ReportFact("head", .text(content.head)),
        ]
        chain.notes =
            content.problems + [
                "Each record names the SHA-256 of the one before. Whoever can write the folder can make the whole chain anew: "
                    + "keep its head elsewhere."
            ]
        var questions = ReportSection(id: "questions", title: "Questions and answers")
        questions.tables = [
            ReportTable(
                id: "questions", title: "In the order in which they were asked",
                columns: [
                    OutputColumn("number", .right), OutputColumn("at"), OutputColumn("operator"),
                    OutputColumn("command"),
                    OutputColumn("results", .right), OutputColumn("status", .right), OutputColumn("answer_sha256"),
                    OutputColumn("audit_head"),
                ],
                rows: content.records.map { record in
                    func fact(_ key: String) -> Cell { record.facts[key].map { .text($0) } ?? .null }
                    func number(_ key: String) -> Cell {
                        record.facts[key].flatMap(Int.init).map { .integer($0) } ?? .null
                    }
                    return [
                        .integer(record.number), fact("at"), fact("operator"), fact("command"), number("results"),
                        number("status"), fact("answer_sha256"), fact("audit_head"),
                    ]
                })
        ]
        return context.report(.caseRecord, title: "Case record", scope: context.scope(), sections: [chain, questions])
    }
}
