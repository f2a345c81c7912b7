#!/usr/bin/env python3
"""Checks a proof written by `coldtrail prove`, with nothing but Python's standard library.

  verify_proof.py PROOF.json [ROOT]      ROOT: the Merkle root that you trust, 64 hexadecimal digits
  verify_proof.py --root EXPORT.jsonl    prints the Merkle root of a decompressed export

The construction is described in docs/evidence.md. Exit status: 0 the proof holds, 1 it does not.
"""
import base64, hashlib, json, sys

def leaf(line, data):
    return hashlib.sha256(b"\0" + line.to_bytes(8, "little") + data + len(data).to_bytes(8, "little")).digest()

def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()

def proven_root(proof):
    hash, index, count = leaf(proof["line"], base64.b64decode(proof["bytes_base64"])), proof["line"] - 1, proof["lines"]
    siblings = [bytes.fromhex(text) for text in proof["siblings"]]
    while count > 1:
        if index ^ 1 < count:  # the last node without a partner goes up as it is
            sibling = siblings.pop(0)
            hash = node(sibling, hash) if index % 2 else node(hash, sibling)
        index, count = index // 2, (count + 1) // 2
    return hash.hex() if not siblings and index == 0 else None

def export_root(path):
    content = open(path, "rb").read()
    lines = content.split(b"\n")
    level = [leaf(number + 1, line) for number, line in enumerate(lines[:-1] if lines[-1] == b"" else lines)]
    while len(level) > 1:
        level = [node(*level[i:i + 2]) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
    return (level[0] if level else hashlib.sha256().digest()).hex()

if __name__ == "__main__":
    if sys.argv[1] == "--root":
        sys.exit(print(export_root(sys.argv[2])))
    proof = json.load(open(sys.argv[1]))
    checksum = proof.pop("checksum")
    body = json.dumps(proof, sort_keys=True, separators=(",", ":")).encode()
    holds = hashlib.sha256(body).hexdigest() == checksum and proven_root(proof) == proof["merkle_root"]
    holds = holds and sys.argv[2:3] in ([], [proof["merkle_root"]])
    print(f"line {proof['line']} of {proof['lines']}, root {proof['merkle_root']}: {'holds' if holds else 'DOES NOT HOLD'}")
    sys.exit(0 if holds else 1)
