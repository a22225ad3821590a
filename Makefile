# The two commands of the README are `make report` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help report test release-report lint format bench fuzz docs-check clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.runtime: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian: apt-get install python3-venv"; exit 2; }
	@echo "Installing codexreport into $(VENV) (a minute, once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing what the tests need ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

report: $(VENV)/.runtime  ## set up, run the weekly SLO report on the sample, render it
	@$(BIN)/codexreport run slo_weekly --sample --exit-zero
	@echo "To type codexreport yourself: . $(CURDIR)/$(BIN)/activate"

test: $(VENV)/.dev  ## run all tests
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(PYTEST_ARGS)

release-report: $(VENV)/.dev  ## measure this project's own release, decide on it, make the page
	@$(BIN)/python data/own/measure.py --tests
	@$(BIN)/codexreport run launch_readiness --project data/own --release next --exit-zero

lint: $(VENV)/.dev  ## style, types, import contract
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev  ## mend style where a tool can
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev  ## measure what must stay fast; prints ratios
	@$(BIN)/python tests/bench/bench_events.py
	@$(BIN)/python tests/bench/bench_run.py

fuzz: $(VENV)/.dev  ## feed the readers damaged files for a minute (FUZZ_SECONDS=600 for more)
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fuzz]'
	@$(BIN)/python tests/fuzz/fuzz_readers.py -max_total_time=$(FUZZ_SECONDS)

docs-check: $(VENV)/.dev  ## commands, settings and links in the docs are what the code says
	@$(BIN)/python -m pytest -q tests/docs

clean:  ## remove everything generated
	rm -rf $(VENV) reports/[!.]* evidence .codexreport dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
