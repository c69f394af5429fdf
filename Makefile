# Passerelle: every command installs what it lacks (Debian packages; npm packages by the lock file) and needs nothing else.
BUILD ?= build
TESTBUILD ?= build-test
BENCHBUILD ?= build-bench
JOBS ?= $(shell nproc)
MESON_TEST = meson test -C $(TESTBUILD) --num-processes $(JOBS) --print-errorlogs

.PHONY: help build demo test bench format fuzz clean deps-build deps-test deps-bench
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

build: deps-build ## the program, in build/passerelle
	@[ -f $(BUILD)/build.ninja ] || meson setup $(BUILD) --buildtype=release -Db_lto=true -Dtests=false
	@ninja -C $(BUILD) -j $(JOBS)
	@cp -f $(BUILD)/src/app/passerelle $(BUILD)/passerelle

demo: build ## the demo school on http://127.0.0.1:8080 (LISTEN=host:port to change)
	@./$(BUILD)/passerelle demo --listen $(or $(LISTEN),127.0.0.1:8080)

test: deps-test ## every test, with sanitizers, on SQLite and PostgreSQL, in a real browser
	@tests/run $(TESTBUILD) $(JOBS)

bench: deps-bench ## ratios measured in one run
	@[ -f $(BENCHBUILD)/build.ninja ] || meson setup $(BENCHBUILD) --buildtype=release -Db_lto=true
	@ninja -C $(BENCHBUILD) -j $(JOBS)
	@tests/bench/run $(BENCHBUILD)

fuzz: deps-test ## each fuzz target for FUZZ_S seconds (default 20)
	@tests/fuzz/run $(or $(FUZZ_S),20)

format: deps-test ## clang-format over the sources
	@git ls-files '*.c' '*.h' | grep -v fold_table.h | xargs clang-format -i

clean: ## removes what was built
	rm -rf $(BUILD) $(TESTBUILD) $(BENCHBUILD) build-fuzz build-tsan build-clang

deps-build:
	@tools/deps build
deps-test:
	@tools/deps test
deps-bench:
	@tools/deps bench
