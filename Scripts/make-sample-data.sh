#!/bin/sh
# Writes the files of SampleData again, with the generator of this package.
#
# The decompressed content is the same on every machine; the bytes of the .gz files are the same for the same
# version of zlib. With --check nothing is written: the content is compared with the files in SampleData.
set -eu

cd "$(dirname "$0")/.."
check=no
[ "${1:-}" = "--check" ] && check=yes

if [ -n "${GENERATE:-}" ]; then
    generate=$GENERATE
else
    swift build -c release --product coldtrail-generate >&2
    generate=$(swift build -c release --show-bin-path)/coldtrail-generate
fi

out=SampleData
if [ "$check" = yes ]; then
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
fi

# Monday 12 to Friday 16 January 2026, with the attack of the sample investigation.
"$generate" --events 6000 --seed 2026 --start 2026-01-12 --days 5 --story --level 9 \
    --out "$out/2026-01-investigation.jsonl.gz"

# The same search, executed again a week later.
"$generate" --events 6000 --seed 2026 --start 2026-01-12 --days 5 --story --level 9 --rerun 2027 \
    --out "$out/2026-01-investigation-rerun.jsonl.gz"

# Another search; the download broke off.
"$generate" --events 3000 --seed 417 --start 2026-01-05 --days 7 --late 0.03 --level 9 --truncate-at 72 \
    --out "$out/2026-01-damaged.jsonl.gz"

[ "$check" = yes ] || exit 0
for name in 2026-01-investigation 2026-01-investigation-rerun; do
    gzip -dc "$out/$name.jsonl.gz" >"$out/new"
    gzip -dc "SampleData/$name.jsonl.gz" | cmp - "$out/new"
done
# The damaged file ends in the middle: what another version of zlib cuts off may differ by a few lines.
gzip -dc "$out/2026-01-damaged.jsonl.gz" 2>/dev/null | head -n 1500 >"$out/new" || true
gzip -dc "SampleData/2026-01-damaged.jsonl.gz" 2>/dev/null | head -n 1500 | cmp - "$out/new"
echo "SampleData is what the generator writes." >&2
