#!/usr/bin/env python3
"""Checks JSON files against a JSON Schema, as far as docs/report.schema.json uses the language.

  Scripts/check_schema.py SCHEMA FILE…        exit status 1 and a line for each deviation

Also checks a report's results_sha256 against the bytes of its results.
"""
import hashlib, json, re, sys

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int}


def is_type(value, name):
    return isinstance(value, TYPES[name]) and not (name == "integer" and isinstance(value, bool))


def deviations(value, schema, path="$"):
    unknown = set(schema) - {"$schema", "title", "type", "const", "enum", "pattern", "required", "properties", "items",
                             "additionalProperties"}
    assert not unknown, f"the schema uses {unknown}, which this script does not know"
    names = schema.get("type", [])
    names = [names] if isinstance(names, str) else names
    if names and not any(is_type(value, name) for name in names):
        yield f"{path} is not of type {names}"
        return
    if "const" in schema and value != schema["const"] or "enum" in schema and value not in schema["enum"]:
        yield f"{path} is {value!r}"
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{path} does not match {schema['pattern']}"
    if isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{path} lacks {key}" for key in schema.get("required", []) if key not in value)
        for key, member in value.items():
            if key in known:
                yield from deviations(member, known[key], f"{path}.{key}")
            elif schema.get("additionalProperties") is False:
                yield f"{path} has {key}"
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from deviations(item, schema["items"], f"{path}[{index}]")


def main():
    schema = json.load(open(sys.argv[1]))
    found = 0
    for path in sys.argv[2:]:
        raw = open(path, "rb").read()
        report = json.loads(raw)
        line = next(line for line in raw.split(b"\n") if line.startswith(b'  "results": '))
        results = line[len(b'  "results": '):].rstrip(b",")
        wrong = list(deviations(report, schema))
        if hashlib.sha256(results).hexdigest() != report["results_sha256"]:
            wrong.append("results_sha256 is not the digest of the results")
        for text in wrong:
            print(f"{path}: {text}")
        found += len(wrong)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
