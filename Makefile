# The one list of things to do with this project; `make` shows it.
#
# A variable is given on the command line: make bench EVENTS=1000000, make install PREFIX=~/.local

PREFIX ?= /usr/local
EVENTS ?= 100000
RUNS ?= 3
FORMS ?= flat,nested,mixed
DATA ?=
SEED ?=
# For `swift build`, for example BUILD_FLAGS="-j 1".
BUILD_FLAGS ?=

# A dynamic Swift runtime with Foundation costs 12 ms at every start: half of a search.
STATIC_RUNTIME = $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)

SWIFT_SOURCES = Sources Tests Package.swift

.DEFAULT_GOAL := help
.PHONY: help setup build demo test lint format bench bench-wide bench-diff bench-memory bench-scale bench-progress install clean \
    sample-data golden

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Check for Swift and install missing C libraries (Debian, Ubuntu)
	@Scripts/setup.sh

build: setup ## Build the release binary .build/release/coldtrail
	swift build -c release $(STATIC_RUNTIME) $(BUILD_FLAGS)

demo: build ## Archive SampleData and search it: what the tool is for
	@Scripts/demo.sh

test: setup ## Run all tests
	swift build --build-tests $(BUILD_FLAGS)
	swift test --skip-build --disable-xctest

lint: ## Check the formatting
	swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)

format: ## Format all Swift files in place
	swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

bench: build ## Measure against DuckDB and rg -z: EVENTS=1000000 or DATA=export.jsonl.gz, RUNS=3
	@python3 Scripts/bench.py --events $(EVENTS) --runs $(RUNS) \
	    $(if $(DATA),--data "$(DATA)") $(if $(SEED),--seed $(SEED))

bench-wide: build ## Wide data against DuckDB's automatic schema: EVENTS=100000, FORMS=flat,nested,mixed, RUNS=3
	@python3 Scripts/bench_wide.py --events $(EVENTS) --forms $(FORMS) --runs $(RUNS)

# These say more with more data; a value on the command line goes before.
bench-diff bench-memory bench-progress: EVENTS = 1000000
bench-scale: EVENTS = 10000000

bench-diff: build ## Comparing two exports against DuckDB's EXCEPT ALL: EVENTS=1000000, RUNS=3
	@python3 Scripts/bench_diff.py --events $(EVENTS) --runs $(RUNS)

bench-memory: build ## Peak memory of hard inputs against 512 MB: EVENTS=1000000, FILES=16, LINES=8, LINE_MB=20, NAMES=20000
	@python3 Scripts/bench_memory.py --events $(EVENTS) $(if $(FILES),--files $(FILES)) \
	    $(if $(LINES),--lines $(LINES)) $(if $(LINE_MB),--line-mb $(LINE_MB)) $(if $(NAMES),--names $(NAMES)) \
	    $(if $(FOLDER),--folder "$(FOLDER)")

bench-scale: build ## A tenth of the events against all of them, and instant questions: EVENTS=10000000, RUNS=3
	@python3 Scripts/bench_scale.py --events $(EVENTS) --runs $(RUNS)

bench-progress: build ## Whether the progress line's remaining time is true: EVENTS=1000000 or DATA=export.jsonl.gz
	@python3 Scripts/bench_progress.py --events $(EVENTS) $(if $(DATA),--data "$(DATA)")

install: build ## Install the command under PREFIX (default /usr/local)
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 .build/release/coldtrail "$(DESTDIR)$(PREFIX)/bin/coldtrail"

sample-data: setup ## Write SampleData anew with the generator
	Scripts/make-sample-data.sh

golden: setup ## Write the tests' golden files anew, then look at the difference
	swift build --build-tests $(BUILD_FLAGS)
	COLDTRAIL_UPDATE_GOLDEN=1 swift test --skip-build --disable-xctest
	git --no-pager diff --stat -- Tests

clean: ## Remove everything that was built or measured
	swift package clean
	chmod -Rf u+w .demo .bench 2>/dev/null || true
	rm -rf .demo .bench
