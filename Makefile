# Everything runs in .venv, which is made from requirements.lock the first time it is needed and not again until the
# lock changes. Written for GNU make 3.81 and the tools of Linux and macOS alike.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup bench cluster ingest compare evaluate serve test long-scrape long-kill long-concurrent long-fuzz long-guided long-guards long-broken long-patterns audit lint readme lock models bench-cleaning bench-figures

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make the environment (the other targets do it by themselves)

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Countyfacts needs Python 3.11 or newer, and found none; name it: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Countyfacts needs Python 3.11 or newer; name it: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	@echo "Setting up .venv (once; takes a minute or two) ..."
	@"$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

ingest: $(READY) ## read corpora/inbox/ into outputs/facts.db (the samples where the inbox is empty)
	@$(BIN)/countyfacts ingest

ocr: $(READY) ## install what reads scans and pictures, with its Chinese models (RapidOCR; about 300 MB)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[ocr]'

cluster: $(READY) ## install what spreads over several machines and asks Parquet stores (Dask, DuckDB)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[cluster]'

compare: $(READY) ## write outputs/comparison.csv and outputs/comparison-wide.csv
	@$(BIN)/countyfacts compare

evaluate: $(READY) ## score the extraction against the gold sets; fails under the floors of evaluation.yaml
	@$(BIN)/countyfacts evaluate

serve: $(READY) ## show the database in the browser, at http://127.0.0.1:8001/
	@$(BIN)/countyfacts serve

models: $(READY) ## train the models in models/ anew from corpora/labelled and corpora/samples
	@$(BIN)/countyfacts train

bench: $(READY) ## measure how fast everything is into docs/speed.md; takes some ten minutes
	@$(BIN)/countyfacts bench --write

bench-cleaning: $(READY) ## measure cleaning: noise and content, main text of pages against other tools, speed
	@$(BIN)/python tests/cleaning/cleaning_measure.py
	@$(BIN)/python benchmarks/cleaning/speed.py
	@$(BIN)/python benchmarks/cleaning/pages.py

bench-figures: $(READY) ## measure how fast figures and periods are read, beside jieba
	@$(BIN)/python benchmarks/figures/speed.py

test: $(READY) ## run the tests
	@$(BIN)/python -m pytest -n auto

long-scrape: $(READY) ## kill a scrape at twenty random moments (make test: three); takes a few minutes
	@COUNTYFACTS_KILLS=20 $(BIN)/python -m pytest tests/scraping/test_kills.py -n0 -k killed

long-kill: $(READY) ## kill ingests two hundred times, fill twenty disks, cut the log; takes some minutes
	@COUNTYFACTS_KILLS=200 $(BIN)/python -m pytest tests/safety/test_kills.py -n0 -s

long-concurrent: $(READY) ## two writers and ten readers for two minutes
	@COUNTYFACTS_SECONDS=120 $(BIN)/python -m pytest tests/safety/test_together.py -n0 -s

long-fuzz: $(READY) ## try a hundred thousand inputs made by chance; takes half an hour
	@COUNTYFACTS_FUZZ=100000 $(BIN)/python -m pytest tests/fuzz -n0 -s

long-guided: $(READY) ## look for inputs that reach new parts of readers, cleaner and grammar (atheris; 15 minutes)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=3,<4'
	@for target in read clean grammar; do \
	  $(BIN)/python tests/fuzz/guided.py $$target outputs/fuzz/$$target -max_total_time=300 || exit 1; done

long-guards: $(READY) ## take out each guard against hostile input, and see a test fail
	@$(BIN)/python tests/safety/taking_out.py

long-patterns: $(READY) ## try every regular expression on some hundred texts made to trouble it (make test: some dozen)
	@COUNTYFACTS_PATTERNS=1 $(BIN)/python -m pytest tests/safety/test_patterns.py -n0

long-broken: $(READY) ## ingest 10,000 files of which 1,000 are broken in twenty ways
	@COUNTYFACTS_BROKEN=1000 $(BIN)/python -m pytest tests/safety/test_broken.py -n0 -s

audit: $(READY) ## list known vulnerabilities of the locked dependencies (needs the network)
	@$(BIN)/python tools/audit.py

lint: $(READY) ## ruff, mypy --strict, import-linter
	@$(BIN)/ruff check pipeline tests
	@$(BIN)/ruff format --check pipeline tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports

readme: $(READY) ## run the commands of the READMEs and write what they print into them
	@$(BIN)/python tests/readme.py

lock: ## resolve the dependencies anew into requirements.lock (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --output-file requirements.lock
