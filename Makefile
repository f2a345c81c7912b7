# The one list of things to do with this project; `make` shows it.
#
# A variable is given on the command line: make bench EVENTS=1000000, make install PREFIX=~/.local

PREFIX ?= /usr/local
EVENTS ?= 100000
RUNS ?= 3
DATA ?=
SEED ?=
# For `swift build`, for example BUILD_FLAGS="-j 1".
BUILD_FLAGS ?=

# A dynamic Swift runtime with Foundation costs 12 ms at every start: half of a search.
STATIC_RUNTIME = $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)

SWIFT_SOURCES = Sources Tests Package.swift

.DEFAULT_GOAL := help
.PHONY: help setup build demo test lint format bench install clean sample-data golden

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
