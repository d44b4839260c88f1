# make demo   compare three policies in the authority robinscar (out/demo)
# make test   style, types and the whole test suite
SHELL := /bin/bash

# The first of these that starts and is new enough; a name on the path may still be an empty shim.
PYTHON ?= $(shell for p in python3.13 python3.12 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && { echo "$$p"; break; }; \
	done)
BIN := .venv/bin
INSTALL = $(BIN)/python -m pip install --quiet -c constraints.txt

.PHONY: demo test bounds

demo: .venv/installed
	$(BIN)/colsim compare robinscar co_location joint_training boundary_spanners --out out/demo

# All three checks run even if one fails, so that one call shows every fault.
test: .venv/installed-dev
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/mypy || status=1; \
	$(BIN)/python -m pytest -n 2 || status=1; \
	exit $$status

# Every lever at once with each array access checked; compiled apart, so that nothing is kept.
bounds: .venv/installed-dev
	cache=$$(mktemp -d) && trap 'rm -rf "$$cache"' EXIT && NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$$cache \
		$(BIN)/python -m pytest -q tests/unit/test_promises.py -k twice_in_a_row

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.12 or newer is needed: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing colsim into .venv (the first time this takes some minutes)"
	$(INSTALL) -e .
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing colsim and its development tools into .venv"
	$(INSTALL) -e '.[dev]'
	@touch $@ .venv/installed
