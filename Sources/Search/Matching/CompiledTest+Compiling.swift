import QueryLanguage

extension CompiledTest {
    /// The test of a named field.
    init(_ test: FieldTest, field: String, _ context: TestContext) throws(UnsupportedQuery) {
        switch test {
        case .exists:
            self.init(.exists)
        case .literal(let literal):
            if FieldRules.isFullText(field) {
                try self.init(fullText: literal, context)
            } else {
                try self.init(whole: literal, field: field, context)
            }
        case .compare(let comparison, let bound):
            self.init(.range(try ValueRange(comparison, bound, field: field)))
        case .range(.open, .open):
            self.init(.exists)
        case .range(let low, let high):
            self.init(.range(try ValueRange(from: low, to: high, field: field)))
        }
    }

    /// The whole value against the literal (section 3 of the language).
    private init(whole literal: Literal, field: String, _ context: TestContext) throws(UnsupportedQuery) {
        switch literal {
        case .regex(let text):
            self.init(.regex(try context.regex(text, isWhole: true)))
        case .pattern(let pattern):
            if let text = pattern.plainText {
                self.init(.whole(WholeText(text, field: field, ignoreCase: context.ignoreCase)))
            } else {
                self.init(.wildcard(WildcardPattern(pattern, ignoreCase: context.ignoreCase)))
            }
        }
    }

    /// What is looked for inside a value (sections 4 and 5 of the language): words without case, no types.
    init(fullText literal: Literal, _ context: TestContext) throws(UnsupportedQuery) {
        switch literal {
        case .regex(let text):
            self.init(.regex(try context.regex(text, isWhole: false)))
        case .pattern(let pattern):
            if pattern.isOnlyStars {
                self.init(.anyText)
                return
            }
            var pieces = pattern.pieces[...]
            while pieces.first == .anyRun { pieces.removeFirst() }
            while pieces.last == .anyRun { pieces.removeLast() }
            let freeStart = pieces.startIndex != pattern.pieces.startIndex
            let freeEnd = pieces.endIndex != pattern.pieces.endIndex
            guard let first = pieces.first else {
                self.init(.emptyText)
                return
            }
            if pieces.count == 1, case .text(let text) = first {
                guard !text.isEmpty else {
                    self.init(freeStart || freeEnd ? .anyText : .emptyText)
                    return
                }
                self.init(.contains(WordSearch(text, freeStart: freeStart, freeEnd: freeEnd)))
            } else {
                self.init(
                    .containsPattern(WordPattern(Array(pieces), freeStart: freeStart, freeEnd: freeEnd, context)))
            }
        }
    }
}
