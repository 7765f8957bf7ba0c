# Every target sets up its own environment: a machine with Python >= 3.11 and make is enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=
BENCHMARKS := runtime ceiling endurance epp jobs idle
STAMP  := $(VENV)/.installed-dev
RUN    := $(VENV)/.installed
# Thespian's suite wants an environment without other pytest plugins, which break six of its tests.
SUITE  := .venv-thespian

.PHONY: serve test thespian acceptance soak lint bench peers performance format clean help

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

# tests/runtime and tests/supervisors try both ways of a call by themselves; the rooms' tests are
# run a second time for it, unless ARGS chooses what to run.
test: $(STAMP) ## run the tests, those of actors with inline calls and without
	@$(BIN)/python -m pytest -n 2 -m 'not acceptance and not soak' $(ARGS)
	@$(if $(strip $(ARGS)),:,$(BIN)/python -m pytest -n 2 -q --no-inline-calls tests/actors tests/web)

acceptance: $(STAMP) ## run the tests against OpenSSH, Chromium and other people's EPP clients
	@sh tests/acceptance/programs.sh
	@sh tests/acceptance/oban_environment.sh .venv-oban
	@$(BIN)/python -m pytest -m acceptance tests/acceptance $(ARGS)

soak: $(STAMP) ## run the long tests of endurance and of kills (minutes to hours; nothing waits for them)
	@$(BIN)/python -m pytest -m soak tests/soak $(ARGS)

$(SUITE)/.installed: constraints.txt
	$(PYTHON) -m venv $(SUITE)
	$(SUITE)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt pytest pytest-timeout structlog thespian
	@touch $@

thespian: $(SUITE)/.installed ## run Thespian's own test suite on our base (four minutes, mostly asleep)
	@PYTHONPATH=. $(SUITE)/bin/python -m pytest -c /dev/null --rootdir $(SUITE) --noconftest -p no:cacheprovider -p tests.actors.thespian.suite_plugin --pyargs thespian.test -k simpleSystemBase --timeout 30 -rsf $(ARGS)

lint: $(STAMP) ## format check, ruff, mypy, pyright, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy
	@$(BIN)/pyright

format: $(STAMP) ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

peers: ## the programs that benchmarks compare with, each where it can be had
	@sh benchmarks/peers/environments.sh $(PYTHON)

bench: $(STAMP) peers ## run every benchmark, each prints its table
	@set -e; for name in $(BENCHMARKS); do $(BIN)/python benchmarks/$$name.py $(ARGS); done

performance: $(STAMP) peers ## run the benchmarks of docs/performance.md and write it anew
	@$(BIN)/python -m benchmarks.performance_page $(ARGS)

clean: ## remove the environment and caches; data stays in var/
	rm -rf $(VENV) $(SUITE) .venv-peers .venv-triotp .venv-epp .venv-jobs .venv-oban .mypy_cache .ruff_cache .pytest_cache .hypothesis
