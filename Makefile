# Every target sets up its own environment: a machine with Python >= 3.11 and make is enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=
BENCHMARKS := runtime epp idle
STAMP  := $(VENV)/.installed-dev
RUN    := $(VENV)/.installed

.PHONY: serve test acceptance lint bench format clean help

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "engset needs Python 3.11 or newer; this is " + sys.version.split()[0] + " (set PYTHON=/path/to/python3.11)")'
	$(PYTHON) -m venv $(VENV)

$(RUN): $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(STAMP): $(RUN) pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

serve: $(RUN) ## set everything up and run the daemon (ARGS='--set web.listen=127.0.0.1:0')
	@$(BIN)/engset serve $(ARGS)

test: $(STAMP) ## run the tests
	@$(BIN)/python -m pytest -n 2 -m 'not acceptance' $(ARGS)

acceptance: $(STAMP) ## run the tests against OpenSSH, Chromium and other people's EPP clients
	@sh tests/acceptance/programs.sh
	@$(BIN)/python -m pytest -m acceptance tests/acceptance $(ARGS)

lint: $(STAMP) ## format check, ruff, mypy, pyright, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy
	@$(BIN)/pyright

format: $(STAMP) ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(STAMP) ## run every benchmark, each prints one table
	@set -e; for name in $(BENCHMARKS); do $(BIN)/python benchmarks/$$name.py $(ARGS); done

clean: ## remove the environment and caches; data stays in var/
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
