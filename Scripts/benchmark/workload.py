"""The queries of the benchmark, drawn from the data: for each what coldtrail is asked and the SQL
of the same meaning. Nothing is written down beforehand, so no build can be tuned to it."""

import json
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
    kind: str = "count"  # or "events", "groups" (equal rows in any order), "ranks" (in this order)
    # Of groups: the columns of coldtrail's answer, in the order of the statement's.
    columns: list = field(default_factory=list)


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
            self._message_substring(),
            self._regex(),
            self._equality(),
            self._prefix(),
            self._network(),
            self._wide_network(),
            self._number(),
            self._number_range(),
            self._exists(),
            self._not(),
            self._or(),
            self._newest(),
            self._newest_with_word(),
            self._time_range(),
            *self._counting(),
            self._regex_choice(),
            self._regex_apart(),
            self._list(),
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

    def _message_substring(self):
        """Of a word in `message` its inside: half a word stands in no index as it is."""
        word = self._message_word()
        if not word:
            return None
        inside = word[1:-1]
        condition = f"{column('message')} ILIKE {literal('%' + inside + '%')}"
        return self._count_question(f"substring `message:*{inside}*`", f"message:*{inside}*", condition, inside)

    def _regex(self):
        word = self._message_word()
        if not word:
            return None
        half = len(word) // 2
        pattern = f"{word[:half]}.?{word[half:]}[a-z]*[^a-z]"
        return self._message_regex(pattern)

    def _regex_choice(self):
        """One of two words."""
        words = sorted({word for word in (self._message_word(), self._message_word()) if word})
        return self._message_regex(f"({'|'.join(words)})[^a-z]") if len(words) == 2 else None

    def _regex_apart(self):
        """A word and, anywhere behind it, another one of the same message."""
        word = self._message_word()
        behind = set()
        for event in self.found.sample:
            before, found, rest = str(event.get("message", "")).partition(word or "\0")
            if found:
                behind |= set(re.findall(r"(?<![^\W_])[a-z]{5,14}(?![^\W_])", rest)) - {word}
        return self._message_regex(f"{word}.*{self.random.choice(sorted(behind))}") if behind else None

    def _message_regex(self, pattern):
        return self._count_question(
            f"regex `message:/{pattern}/`", f"message:/{pattern}/",
            # (?s): EQL's dot and classes take line breaks too.
            f"regexp_matches({column('message')}, {literal(pattern)}, 's')")

    def _list(self):
        """Many values of one field, as a list of indicators is."""
        fields = self._plain_fields(lambda value: isinstance(value, str) and PLAIN_VALUE.fullmatch(value))
        many = {name: sorted(set(values)) for name, values in fields.items() if len(set(values)) >= 100}
        if not many:
            return None
        name = self.random.choice(sorted(many))
        values = self.random.sample(many[name], 100)
        return self._count_question(
            f"100 values of `{name}`", f"{name}:({' OR '.join(json.dumps(value) for value in values)})",
            f"{column(name)} IN ({', '.join(literal(value) for value in values)})")

    def _message_word(self):
        """A lower-case word that stands in about one message of a hundred or less."""
        if "message" not in self.names or "message" in self.found.structured | self.found.nested:
            return None
        counts = Counter()
        for event in self.found.sample:
            counts.update(set(re.findall(r"(?<![^\W_])[a-z]{7,14}(?![^\W_])", str(event.get("message", "")))))
        words = sorted(word for word, times in counts.items() if 2 <= times <= len(self.found.sample) // 100)
        return self.random.choice(words) if words else None

    def _count_question(self, title, query, condition, text="", name="SQL"):
        return Question(
            title=f"count, {title}", arguments=["count", query], statements={name: _count(condition)}, exact=name,
            text=text,
        )

    def _plain_fields(self, accept):
        """Field → the sample's values that `accept` takes; only fields that are the same thing on both sides."""
        left_out = FULL_TEXT | self.found.structured | self.found.nested
        values = {}
        for event in self.found.sample:
            for name, value in event.items():
                if name not in left_out and name in self.names and re.fullmatch(r"[\w.@-]+", name) and accept(value):
                    values.setdefault(name, []).append(value)
        return {name: found for name, found in values.items() if len(found) >= 20}

    def _draw_field(self, accept):
        fields = self._plain_fields(accept)
        if not fields:
            return None, []
        name = self.random.choice(sorted(fields))
        return name, fields[name]

    def _prefix(self):
        name, values = self._draw_field(
            lambda value: isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9.-]{5,60}", value))
        if not name:
            return None
        prefix = self.random.choice(values)[:4]
        return self._count_question(
            f"prefix `{name}:{prefix}*`", f"{name}:{prefix}*", f"starts_with({column(name)}, {literal(prefix)})")

    def _address(self):
        """A field of addresses, and the octets of one."""
        address = re.compile(r"(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}")
        name, values = self._draw_field(lambda value: isinstance(value, str) and address.fullmatch(value))
        return (name, *address.fullmatch(self.random.choice(values)).groups()) if name else (None, None, None)

    def _wide_network(self):
        """Most of the field's addresses, as a rule."""
        name, first, _ = self._address()
        if not name:
            return None
        return self._count_question(
            f"network `{name}:{first}.0.0.0/8`", f"{name}:{first}.0.0.0/8",
            f"starts_with({column(name)}, {literal(f'{first}.')})")

    def _network(self):
        name, first, second = self._address()
        if not name:
            return None
        # A network on a border of octets is a beginning of the text, which is SQL at its fastest.
        return self._count_question(
            f"network `{name}:{first}.{second}.0.0/16`", f"{name}:{first}.{second}.0.0/16",
            f"starts_with({column(name)}, {literal(f'{first}.{second}.')})")

    def _numbers(self):
        """A field of integers, and its values."""
        return self._draw_field(
            lambda value: not isinstance(value, bool) and re.fullmatch(r"-?(0|[1-9]\d{0,14})", str(value)))

    def _number(self):
        name, values = self._numbers()
        if not name:
            return None
        number = self.random.choice(values)
        return self._count_question(
            f"number `{name}:{number}`", f"{name}:{number}", f"TRY_CAST({column(name)} AS DOUBLE) = {number}")

    def _number_range(self):
        name, values = self._numbers()
        if not name:
            return None
        low, high = sorted(int(value) for value in self.random.sample(values, 2))
        return self._count_question(
            f"range `{name}:[{low} TO {high}]`", f"{name}:[{low} TO {high}]",
            f"TRY_CAST({column(name)} AS DOUBLE) BETWEEN {low} AND {high}")

    def _exists(self):
        names = sorted(name for name in self._plain_fields(lambda value: value is not None)
                       if self.found.names[name] < self.found.lines)
        if not names:
            return None
        name = self.random.choice(names)
        return self._count_question(f"exists `{name}:*`", f"{name}:*", f"{column(name)} IS NOT NULL")

    def _equal(self):
        """A field with one of its values, as a query and as a condition that is never NULL."""
        name, values = self._draw_field(lambda value: isinstance(value, str) and PLAIN_VALUE.fullmatch(value))
        if not name:
            return None, None
        value = self.random.choice(values)
        return f'{name}:"{value}"', f"coalesce({column(name)} = {literal(value)}, false)"

    def _not(self):
        (first, first_sql), (second, second_sql) = self._equal(), self._equal()
        if not first:
            return None
        query = f"NOT {first} AND NOT {second}"
        return self._count_question(f"`{query}`", query, f"NOT {first_sql} AND NOT {second_sql}")

    def _or(self):
        (first, first_sql), (second, second_sql) = self._equal(), self._equal()
        name, values = self._draw_field(lambda value: value is not None)
        if not first or not name:
            return None
        query = f"({first} OR {second}) AND {name}:*"
        condition = f"({first_sql} OR {second_sql}) AND {column(name)} IS NOT NULL"
        return self._count_question(f"`{query}`", query, condition)

    def _newest_with_word(self):
        enough = len(self.found.sample) // 20
        frequent = sorted(word for word, events in self.by_word.items() if len(events) >= enough)
        if not frequent or not self.found.typed_time:
            return None
        word = self.random.choice(frequent)
        where = word_statement(self.names, word).split(" WHERE ", 1)[1]
        return Question(
            title=f"newest 20 events with `{word}`",
            arguments=["search", word, "--sort", "newest", "--limit", "20", "--format", "jsonl"],
            statements={"top": f'SELECT * FROM events WHERE {where} ORDER BY "@timestamp" DESC NULLS LAST LIMIT 20'},
            exact="top",
            kind="events",
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
            kind="events",
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

    # Counting

    def _counting(self):
        """Top lists, histograms, groups and aggregates, by commands and by SOL."""
        texts = self._plain_fields(lambda value: isinstance(value, str) and re.fullmatch(r"[\x20-\x7e]+", value))
        if not texts:
            return []
        distinct = {name: len(set(values)) / len(values) for name, values in texts.items()}
        few = sorted(name for name in texts if distinct[name] < 0.5) or sorted(texts)
        first, second = self.random.sample(few if len(few) > 1 else sorted(texts) * 2, 2)
        many = max(sorted(distinct), key=lambda name: len(texts[name]) * distinct[name])
        questions = [self._top(first), self._top(many), self._sol_top(first), self._distinct(many)]
        if first != second:
            questions.append(self._by_two(first, second))
        questions.append(self._sol_groups(first, many))
        condition, condition_sql = self._equal()
        if condition and self.found.typed_time:
            questions += [self._histogram(condition, condition_sql), self._sol_histogram(first)]
        if "message" in self.names and "message" not in self.found.structured | self.found.nested:
            questions += [self._top("message"), self._sol_top("message")]
        if self.found.typed_time:
            questions += [self._sol_top("@timestamp"), self._sol_top(many, "@timestamp")]
        return questions

    def _top(self, name):
        by = column(name)
        return Question(
            title=f"top 10 `{name}`", arguments=["top", name, "--limit", "10", "--format", "jsonl"],
            statements={"SQL": f"SELECT {by}, count(*) n FROM events GROUP BY {by} ORDER BY n DESC, {by} NULLS LAST LIMIT 10"},
            exact="SQL", kind="ranks", columns=["value", "count"])

    def _by_two(self, first, second):
        return Question(
            title=f"count by `{first}`, `{second}`",
            arguments=["count", "", "--by", first, "--by", second, "--format", "jsonl"],
            statements={"SQL": f"SELECT {column(first)}, {column(second)}, count(*) FROM events GROUP BY 1, 2"},
            exact="SQL", kind="groups", columns=[first, second, "count"])

    def _histogram(self, query, condition):
        # coldtrail shows the hours without events too; they are left out of the comparison.
        return Question(
            title=f"hourly timeline of `{query}`",
            arguments=["timeline", query, "--every", "1h", "--format", "jsonl"],
            statements={"SQL": "SELECT date_trunc('hour', \"@timestamp\") t, count(*) FROM events "
                               f"WHERE {condition} AND t IS NOT NULL GROUP BY t"},
            exact="SQL", kind="groups", columns=["start", "count"])

    def _sol(self, title, program, statement, columns, kind="groups"):
        return Question(
            title=f"sol `{title}`", arguments=["sol", program, "--format", "jsonl"], statements={"SQL": statement},
            exact="SQL", kind=kind, columns=columns)

    def _sol_top(self, *names):
        """By one field, by times (nearly every event has its own), or by both."""
        keys = ["timestamp" if name == "@timestamp" else name for name in names]
        stages = f"aggregate count() by {', '.join(keys)} | top 10 by count"
        by = [column(name) for name in names]
        order = ", ".join(f"{name} NULLS LAST" for name in by)
        return self._sol(
            stages, f"events | {stages}",
            f"SELECT {', '.join(by)}, count(*) n FROM events GROUP BY {', '.join(by)} ORDER BY n DESC, {order} LIMIT 10",
            [*keys, "count"], "ranks")

    def _distinct(self, name):
        stage = f"aggregate n = count_distinct({name})"
        return self._sol(stage, f"events | {stage}", f"SELECT count(DISTINCT {column(name)}) FROM events", ["n"])

    def _sol_histogram(self, name):
        stage = f"where {name} != null | aggregate n = count() by t = bin(timestamp, 1h)"
        return self._sol(
            stage, f"events | {stage}",
            f"SELECT date_trunc('hour', \"@timestamp\") t, count(*) FROM events WHERE {column(name)} IS NOT NULL "
            "GROUP BY t", ["t", "n"])

    def _sol_groups(self, name, other):
        stage = (f"aggregate n = count(), d = count_distinct({other}), first = min(timestamp), last = max(timestamp), "
                 f"m = countif({other} == null) by {name}")
        return self._sol(
            stage, f"events | {stage}",
            f"SELECT {column(name)}, count(*), count(DISTINCT {column(other)}), min(\"@timestamp\"), "
            f"max(\"@timestamp\"), count(*) FILTER ({column(other)} IS NULL) FROM events GROUP BY 1",
            [name, "n", "d", "first", "last", "m"])


def _texts(event):
    return [value for value in event.values() if isinstance(value, str)]
