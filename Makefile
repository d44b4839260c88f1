# make demo        compare three policies in the authority robinscar (out/demo)
# make dashboard   the model in the browser
# make test        style, types and the tests, but for the long ones of .ci/full
# make quick       the tests that are quick, in a minute
# make pages       write the pages that are made from the code (scripts/pages.py)
# make evidence    run anew what the pages of evidence show: an hour on two free cores
# make interviewed what the interviews change for the choice of policy: two calibrations, half an hour
# make docs        the pages as a site, out/site (then: python -m http.server -d out/site)
# make shots       pictures of every page of the dashboard, out/shots (then open index.html there)
# make benchmarks  measure what docs/benchmarks.md shows (out/benchmarks): half an hour, nothing beside it
# make cost        whether a run has become dearer, against a kernel that never changes
# make wheels      what is built, installed alone and tried: the wheel, each extra
SHELL := /bin/bash

# The first of these that starts and is new enough; a name on the path may still be an empty shim.
PYTHON ?= $(shell for p in python3.13 python3.12 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && { echo "$$p"; break; }; \
	done)
BIN := .venv/bin
# Else each of hundreds of processes would compile what it imports, all over again.
unexport PYTHONDONTWRITEBYTECODE
# What is never imported, most of all that is installed, is not compiled either.
INSTALL = $(BIN)/python -m pip install --quiet --no-compile -c constraints.txt

.PHONY: demo dashboard pages evidence interviewed test quick style bounds benchmarks cost wheels docs shots

demo: .venv/installed
	$(BIN)/colsim compare robinscar co_location joint_training boundary_spanners --out out/demo --force
	@printf '%s\n' 'To call colsim by its name, in this folder:' \
		'  bash, zsh    source .venv/bin/activate' \
		'  PowerShell   .venv\Scripts\Activate.ps1' \
		'  cmd          .venv\Scripts\activate.bat'

dashboard: .venv/installed-dashboard
	$(BIN)/colsim dashboard

pages: .venv/installed-dev
	$(BIN)/python scripts/pages.py

# One after the other: each takes all processors. Screening reads what assumptions found.
evidence: .venv/installed-dev
	$(BIN)/python scripts/baseline.py --write
	$(BIN)/python scripts/gains.py
	$(BIN)/python scripts/mechanisms.py
	$(BIN)/python scripts/assumptions.py
	$(BIN)/python scripts/screening.py
	$(BIN)/python scripts/bridging.py
	$(BIN)/colsim patterns --out out/patterns --force
	$(BIN)/colsim patterns --worlds matched --out out/patterns_matched --force
	$(BIN)/colsim patterns --sizes --out out/sizes --force
	$(BIN)/python scripts/patterns.py out/patterns/patterns.json \
		out/patterns_matched/patterns.json out/sizes/sizes.json
	$(BIN)/python scripts/matched.py
	$(BIN)/python scripts/reference_model.py
	$(BIN)/python scripts/coverage.py
	$(BIN)/python scripts/discrepancies.py
	$(BIN)/python scripts/outside.py
	$(BIN)/python scripts/knowing.py
	$(BIN)/python scripts/pairing.py --write

# Apart from the rest, as it calibrates twice, and says little of a policy.
interviewed: .venv/installed-dev
	$(BIN)/colsim calibrate scenarios/calibrations/study.toml --out out/study --force
	$(BIN)/colsim calibrate scenarios/calibrations/study_without.toml --out out/study_without --force
	$(BIN)/python scripts/interviewed_choice.py out/study out/study_without

# The wheel by itself in a clean environment; EXTRAS=1 tries each extra too.
wheels: .venv/installed-dev
	$(BIN)/python scripts/try_wheel.py $(if $(EXTRAS),--extras)

# Strict: a link or an anchor that leads nowhere, or a page that no menu names, ends it.
docs: .venv/installed-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

# At four widths, light and dark: needs Chromium.
shots: .venv/installed-dev
	$(BIN)/python scripts/shots.py

style: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

# All three checks run even if one fails, so that one call shows every fault.
test: .venv/installed-dev
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/mypy || status=1; \
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not long" || status=1; \
	exit $$status

quick: .venv/installed-dev
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow"

# Every lever at once with each array access checked; compiled apart, so that nothing is kept.
bounds: .venv/installed-dev
	cache=$$(mktemp -d) && trap 'rm -rf "$$cache"' EXIT && NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$$cache \
		$(BIN)/python -m pytest -q tests/unit/test_promises.py -k twice_in_a_row

# A ratio of processor time within one process: other work on the machine moves it little.
cost: .venv/installed-dev
	$(BIN)/python benchmarks/ratio.py

# One after the other, with nothing beside them: each file is one part of the page.
benchmarks: .venv/installed-dev
	@mkdir -p out/benchmarks
	set -o pipefail; measure() { echo "$$1"; $(BIN)/python benchmarks/$$2 "$${@:3}" | tee "out/benchmarks/$$1.txt"; } && \
	measure speed speed.py && measure profile speed.py --profile && measure floor floor.py && \
	measure editions editions.py && measure compile editions.py --compile && \
	measure peers peers/table.py && measure memory memory.py

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.12 or newer is needed: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing colsim into .venv (the first time this takes some minutes)"
	$(INSTALL) -e .
	@touch $@

.venv/installed-dashboard: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing colsim and its browser page into .venv"
	$(INSTALL) -e '.[dashboard,offline]'
	@touch $@ .venv/installed

.venv/installed-dev: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing colsim and its development tools into .venv"
	$(INSTALL) -e '.[dev]'
	@touch $@ .venv/installed .venv/installed-dashboard

.venv/installed-docs: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing colsim into .venv with what its site is built with"
	$(INSTALL) -e '.[docs]'
	@touch $@ .venv/installed
