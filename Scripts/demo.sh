#!/usr/bin/env bash
# Archives SampleData in a fresh folder and searches it. Each command is shown before it runs.
# Run by `make demo`; needs the release build.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly binary=$PWD/.build/release/coldtrail
[[ -x $binary ]] || { echo "demo: error: $binary is missing: run make demo, or make build" >&2; exit 2; }

# The archive's files are read-only by design, its folders too.
chmod -R u+w .demo 2>/dev/null || true
rm -rf .demo
mkdir .demo
export COLDTRAIL_ARCHIVE=$PWD/.demo/archive

if [[ -t 1 && -z ${NO_COLOR-} ]]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi

tell() { printf '\n'; printf '# %s\n' "$@"; }

# Prints a command as a person would type it and runs it. Status 1 is an answer, not a failure:
# "done, but with rejects or damage", or "nothing found".
run() {
    local word shown='' status=0
    for word in "$@"; do
        case $word in
            *[!A-Za-z0-9_./:@%+,=-]* | '') shown+=" '$word'" ;;
            *) shown+=" $word" ;;
        esac
    done
    printf '%s$ coldtrail%s%s\n' "$bold" "$shown" "$plain"
    "$binary" "$@" || status=$?
    case $status in
        0) ;;
        1) printf '(exit status 1)\n' ;;
        *)
            echo "demo: error: exit status $status" >&2
            exit "$status"
            ;;
    esac
}

tell "Three downloads: an export, the same search executed again a week later, and a download that broke off." \
    "The damaged one is kept as far as it can be read, and its answers say 'partial': exit status 1 is expected."
run ingest SampleData

tell "What is in the archive now?"
run exports
run info

tell "Did anybody run mimikatz? A word is looked for in every field, whatever the case."
run search mimikatz --limit 5 --columns @timestamp,host.name,user.name,event.reason

citation=$("$binary" search mimikatz --sort oldest --limit 1 --format ids 2>/dev/null)
tell "$citation names one event for ever: it goes into the report. These are its exact bytes."
run show "$citation"

tell "Where was that program seen first? Its hash tells, in whatever field it stands."
run search 61c0810a23580cf492a6ba4f7654566108331e7a4134c968c2d6a05261b2d8a1 --sort oldest --limit 5 \
    --columns @timestamp,host.name,process.parent.name,process.command_line

tell "The address behind the mail that began it: how often, and from when on?"
run count '"192.0.2.77"'
run search '"192.0.2.77"' --sort oldest --limit 3 --columns @timestamp,event.action,dns.question.name,email.subject

tell "What did the stolen account do that night?"
run search 'user.name:svc-backup-7 AND event.code:*' --from 2026-01-14T22:00 --to 2026-01-15T03:00 --sort oldest \
    --columns @timestamp,host.name,event.action,process.command_line

tell "How many large uploads went to that network? Networks and numbers compare as such."
run count 'destination.ip:203.0.113.0/24 AND source.bytes:>200000000'

tell "Which fields do the account's events have?"
run fields 'user.name:svc-backup-7'

tell "What did the search bring when it was executed again? Late events of the attack, among others."
run diff 2026-01-investigation 2026-01-investigation-rerun --key none --format json
run diff 2026-01-investigation 2026-01-investigation-rerun 'user.name:svc-backup-7' --format csv

tell "How is an answer found? Most of the archive is never read."
run count mimikatz --explain

tell "The archive checks itself."
run verify --quick

printf '\nThe archive is .demo/archive. Go on with: .build/release/coldtrail -a .demo/archive search …\n'
