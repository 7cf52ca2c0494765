# Everything a newcomer needs: `make demo` and `make test`.  Both set up what they
# need in .venv the first time, and work offline after that.  Where cargo is, set-up
# builds the native core; without it everything works all the same, more slowly.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CARGO := $(shell command -v cargo 2>/dev/null)
NATIVE := native/Cargo.toml native/Cargo.lock $(shell find native/src -name '*.rs')
# Installed again when the native sources change, and when cargo was not there before.
INSTALLED := $(VENV)/.installed$(if $(CARGO),-native)
# The tools that build are kept in .venv, or every build would fetch them again.
# "compat" mode is a plain path entry: the import hook of the other modes costs every
# command some milliseconds.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--no-build-isolation --config-settings editable_mode=compat --editable

.PHONY: setup setup-dev demo test test-here test-cluster lint format manual picture native-test native-unsafe native-sanitize native-fuzz-check \
	native-lint clean

setup: $(INSTALLED)
setup-dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Searcher needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.tools: | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'setuptools>=77' 'setuptools-rust>=1.10'
	touch $@

$(INSTALLED): pyproject.toml $(NATIVE) | $(VENV)/.tools
	$(INSTALL) '.[serve]'
	$(BIN)/python -m compileall -q searcher
	$(BIN)/searcher --version
	touch $@

$(VENV)/.installed-dev: $(INSTALLED)
	$(INSTALL) '.[dev]'
	touch $@

demo: setup
	$(BIN)/searcher index corpus/
	$(BIN)/searcher query '"humanitarian truce"'
	$(BIN)/searcher show "$$($(BIN)/searcher query --limit 1 --ids '"humanitarian truce"')"
	@echo
	@echo "In a browser: $(BIN)/searcher serve --open"

# One process a core: `make test PROCESSES=0` runs the tests one after the other. Each process
# begins with a piece of its own, so that what a file's tests share is made once, and who is done
# first takes over from the others.
PROCESSES ?= auto
# `make test PARTS=cluster` runs one part.
PARTS ?= here cluster
test: $(PARTS:%=test-%)
test-here: setup-dev
	$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal --ignore=tests/cluster
# The nodes of a cluster have the machine alone, or beside what gives way to them (`.ci/run`).
test-cluster: setup-dev
	$(BIN)/python -m pytest tests/cluster

lint: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@if find searcher/codec -name '_native.*.so' -o -name '_native.*.pyd' | grep -q .; then \
	    echo "$(BIN)/python -m mypy.stubtest searcher.codec._native"; \
	    $(BIN)/python -m mypy.stubtest searcher.codec._native; \
	else \
	    echo "lint: the native core is not built, so its stub was not compared with it"; \
	fi

format: setup-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The manual page and docs/cli.md, from what the commands say of themselves.
manual: setup
	$(BIN)/python -m searcher.cli.manual > docs/man/searcher.1
	$(BIN)/python -m searcher.cli.reference > docs/cli.md

# The picture of the page in the README; needs Chromium.
picture: setup-dev
	$(BIN)/python -m tests.serving.browser.picture docs/page.png

native-test:
	cargo test --quiet --locked --manifest-path native/Cargo.toml

# The rooms of the core that have `unsafe` in them, as filters of tests.
UNSAFE = $(sort $(shell grep -rl --include='*.rs' 'allow(unsafe_code)' native/src | \
	sed 's,^native/src/\([a-z_]*\).*,\1::,'))
native-unsafe:
	@echo $(UNSAFE)

# Their tests under AddressSanitizer: needs Rust's nightly.
native-sanitize:
	RUSTFLAGS=-Zsanitizer=address cargo +nightly test --quiet --locked --lib \
	    --manifest-path native/Cargo.toml --target $$(rustc -vV | sed -n 's/^host: //p') \
	    --target-dir native/target/sanitize -- $(UNSAFE)

# Do the fuzz targets still compile?  Checked only, so libFuzzer itself is not built, with what
# is built of the core's dependencies.  Where its crates cannot be had, that is said.
FUZZ := --locked --manifest-path native/fuzz/Cargo.toml
native-fuzz-check:
	@if said=$$(cargo fetch --quiet $(FUZZ) 2>&1); then \
	    echo "cargo check $(FUZZ)"; \
	    CUSTOM_LIBFUZZER_PATH=/none/libnone.a cargo check --quiet --offline $(FUZZ) \
	        --target-dir $${CARGO_TARGET_DIR:-native/target}; \
	else \
	    echo "$$said" >&2; \
	    case "$$said" in *--locked*) exit 1;; esac; \
	    echo "native-fuzz-check: the crates cannot be had, so no fuzz target was compiled" >&2; \
	fi

native-lint:
	cargo fmt --check --manifest-path native/Cargo.toml
	cargo clippy --quiet --locked --all-targets --manifest-path native/Cargo.toml -- -D warnings
	cargo clippy --quiet --locked --features python --manifest-path native/Cargo.toml -- -D warnings

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	rm -rf native/target searcher/codec/_native.*.so
	find index -mindepth 1 ! -name .gitignore -delete
