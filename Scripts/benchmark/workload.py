"""The queries of the benchmark, drawn from the data: for each what coldtrail is asked and the SQL
of the same meaning. Nothing is written down beforehand, so no build can be tuned to it."""

import random
import re
from collections import Counter
from dataclasses import dataclass, field

WORD = re.compile(r"(?<![^\W_])[A-Za-z]{5,14}(?![^\W_])")
PHRASE = re.compile(r"(?<![^\W_])([A-Za-z]{3,14}) ([A-Za-z]{3,14}) ([A-Za-z]{3,14})(?![^\W_])")
# A value that needs no escapes in either language.
PLAIN_VALUE = re.compile(r"[A-Za-z][A-Za-z0-9 ._-]{2,60}")
FULL_TEXT = {"message", "error.message", "event.original", "@timestamp", "timestamp"}
WORD_CHARACTER = r"\pL\pN\pM\x{E000}-\x{F8FF}"


@dataclass
class Question:
    title: str
    arguments: list  # of coldtrail, after `-a DIR`
    statements: dict  # SQL by name; the fastest one counts as DuckDB's time
    exact: str  # the statement whose answer must equal coldtrail's
    text: str = ""  # what `rg -z -c` looks for, where that is about the same question
    rg_options: list = field(default_factory=list)
    is_count: bool = True


def column(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def contains_statement(names, text):
    """ILIKE over every text column: how SQL asks for characters anywhere."""
    return _count(" OR ".join(f"{column(name)} ILIKE {literal('%' + text + '%')}" for name in names))


def word_statement(names, text):
    """The same with word borders: coldtrail's meaning of a word or phrase without a field."""
    pattern = f"(^|[^{WORD_CHARACTER}]){re.escape(text)}($|[^{WORD_CHARACTER}])"
    return _count(
        " OR ".join(f"regexp_matches({column(name)}, {literal(pattern)}, 'i')" for name in names)
    )


def _count(condition):
    return f"SELECT count(*) FROM events WHERE {condition}"


class Workload:
    """Draws from a survey's sample. `count` answers an SQL count, to tell rare from common."""

    CANDIDATES = 6

    def __init__(self, found, names, seed, count):
        self.found = found
        self.names = [name for name in names if name != "@timestamp" or not found.typed_time]
        self.count = count
        self.random = random.Random(seed)
        self.by_word = {}
        for number, event in enumerate(found.sample):
            for text in _texts(event):
                for word in WORD.findall(text):
                    self.by_word.setdefault(word.lower(), set()).add(number)
        for word in found.key_words:
            self.by_word.pop(word, None)  # a nested name would count in SQL's text of the object

    def questions(self):
        rare = self._rare_word()
        drawn = [
            rare and self._words("rare word", rare),
            self._phrase(),
            self._common_word(),
            rare and self._substring(rare),
            self._equality(),
            self._newest(),
            self._time_range(),
        ]
        return [question for question in drawn if question]

    def _rare_word(self):
        once = sorted(word for word, events in self.by_word.items() if len(events) == 1 and len(word) >= 6)
        if not once:
            return None
        candidates = self.random.sample(once, min(self.CANDIDATES, len(once)))
        return min(candidates, key=lambda word: self.count(contains_statement(self.names, word)))

    def _common_word(self):
        enough = len(self.found.sample) // 20
        frequent = sorted(word for word, events in self.by_word.items() if len(events) >= enough)
        return self._words("common word", self.random.choice(frequent)) if frequent else None

    def _phrase(self):
        phrases = sorted(
            {match.group(0) for event in self.found.sample for text in _texts(event)
             for match in PHRASE.finditer(text)}
        )
        if not phrases:
            return None
        candidates = self.random.sample(phrases, min(self.CANDIDATES, len(phrases)))
        phrase = min(candidates, key=lambda text: self.count(contains_statement(self.names, text)))
        return self._words("phrase", phrase, f'"{phrase}"')

    def _words(self, kind, text, query=None):
        return Question(
            title=f"count, {kind} `{query or text}`",
            arguments=["count", query or text],
            statements={
                "ILIKE": contains_statement(self.names, text),
                "word regexp": word_statement(self.names, text),
            },
            exact="word regexp",
            text=text,
            rg_options=["-w"],
        )

    def _substring(self, word):
        inside = word[1:-1]
        return Question(
            title=f"count, substring `*{inside}*`",
            arguments=["count", f"*{inside}*"],
            statements={"ILIKE": contains_statement(self.names, inside)},
            exact="ILIKE",
            text=inside,
        )

    def _equality(self):
        """Of the field with the most repeated values one value. Fields that also come as a list or
        inside an object are left out: SQL's `=` would not see those."""
        values = {}
        left_out = FULL_TEXT | self.found.structured | self.found.nested
        for event in self.found.sample:
            for name, value in event.items():
                if name not in left_out and isinstance(value, str) and PLAIN_VALUE.fullmatch(value):
                    values.setdefault(name, []).append(value)
        repeated = {}
        for name, drawn in values.items():
            twice = sorted(value for value, times in Counter(drawn).items() if times > 1)
            if twice and re.fullmatch(r"[\w.@-]+", name):
                repeated[name] = twice
        if not repeated:
            return None
        name = max(sorted(repeated), key=lambda name: len(repeated[name]))
        value = self.random.choice(repeated[name])
        return Question(
            title=f'count, `{name}:"{value}"`',
            arguments=["count", f'{name}:"{value}"'],
            statements={"=": _count(f"{column(name)} = {literal(value)}")},
            exact="=",
        )

    def _newest(self):
        if not self.found.typed_time:
            return None
        return Question(
            title="newest 20 events",
            arguments=["search", "", "--sort", "newest", "--limit", "20", "--format", "jsonl"],
            statements={
                "top": 'SELECT * FROM events ORDER BY "@timestamp" DESC NULLS LAST LIMIT 20'
            },
            exact="top",
            is_count=False,
        )

    def _time_range(self):
        times = sorted(event["@timestamp"] for event in self.found.sample if "@timestamp" in event)
        if not self.found.typed_time or len(times) < 20:
            return None
        start, end = sorted(self.random.sample(range(len(times)), 2))
        start, end = times[start], times[end]
        return Question(
            title=f"count, {start} to {end}",
            arguments=["count", "", "--from", start, "--to", end],
            statements={
                "range": _count(
                    f'"@timestamp" >= {literal(start)}::TIMESTAMP AND "@timestamp" < {literal(end)}::TIMESTAMP'
                )
            },
            exact="range",
        )


def _texts(event):
    return [value for value in event.values() if isinstance(value, str)]
