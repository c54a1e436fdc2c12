# Everything runs in .venv, which is made from requirements.lock the first time it is needed and not again until the
# lock changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup lock ingest compare test lint

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## make the environment (the other targets do it by themselves)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Countyfacts needs Python 3.11 or newer; set it with: make PYTHON=python3.12"; exit 2; }
	@echo "Setting up .venv (once; takes a minute or two) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

ingest: $(READY) ## read corpora/inbox/ into outputs/facts.db (the samples where the inbox is empty)
	@$(BIN)/countyfacts ingest-inbox

compare: $(READY) ## write outputs/comparison.csv and outputs/comparison-wide.csv
	@$(BIN)/countyfacts compare

test: $(READY) ## run the tests
	@$(BIN)/python -m pytest

lint: $(READY) ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff check pipeline tests
	@$(BIN)/ruff format --check pipeline tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports

lock: ## resolve the dependencies anew into requirements.lock (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --output-file requirements.lock
