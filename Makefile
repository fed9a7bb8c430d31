# One command each, the same on a laptop and in CI. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
LESSON := scripts/collecte
# processes of tests: half as many again as cores, since tests wait for servers and browsers a third of their time; eight at
# most, for each may start servers of its own
AT_ONCE := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); n=$$(((n * 3 + 1) / 2)); echo $$((n > 8 ? 8 : n)))
# where Python may not keep what it compiled, every start of a command compiles Rushes again: half a second
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo studio test check soak bench sample words lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/ready ## set everything up and draft the sample lesson; say where to look
	@rm -rf demo && mkdir -p demo && cp -r $(LESSON) demo/lesson
	@$(BIN)/rushes draft demo/lesson
	@echo
	@echo "The draft:  $$(ls -d demo/lesson/drafts/* | tail -n 1)/draft.mp4"
	@echo "The report: $$(ls -d demo/lesson/drafts/* | tail -n 1)/report.html"

studio: $(VENV)/ready ## run a studio here, the sample lesson in it, in ./studio-data; Ctrl-C stops it
	@.ci/studio $(BIN) $(LESSON) studio-data

test: $(VENV)/ready-dev ## set up and run all tests
	@.ci/programs
	@$(BIN)/pytest -n $(AT_ONCE) --dist loadfile --no-loadscope-reorder

check: $(VENV)/ready-dev ## lint, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/pyright
	@.ci/javascript $(BIN)/python

soak: $(VENV)/ready-dev ## the long tests: servers killed at 20 points, files of gigabytes
	@$(BIN)/pytest -m soak -rP --timeout 7200

bench: $(VENV)/ready-dev ## speed and memory, as ratios against a reference timed in the same run
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.catalogue
	@$(BIN)/python -m tests.bench.pages
	@$(BIN)/python -m tests.bench.room
	@$(BIN)/python -m tests.bench.crowd

sample: $(VENV)/ready-dev ## make the footage of the sample lesson again (needs espeak-ng)
	@$(BIN)/python -m pip install -q -r tests/sample/requirements.txt
	@$(BIN)/python -m tests.sample $(LESSON)

words: $(VENV)/ready-dev ## write what pages say into their catalogue of translations again
	@$(BIN)/python -m scripts.words

lock: $(VENV)/ready-dev ## write the lock files again from pyproject.toml
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra speech pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra speech --extra dev pyproject.toml -o requirements-dev.lock
	@echo 'ascmhl>=1.2' | $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate - -o requirements-mhl.lock

clean: ## remove what was installed and made here
	@rm -rf $(VENV) node_modules demo build *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/ready: requirements.lock pyproject.toml
	@.ci/install $(PYTHON) $(VENV) requirements.lock
	@touch $@

$(VENV)/ready-dev: requirements-dev.lock requirements-mhl.lock pyproject.toml
	@.ci/install $(PYTHON) $(VENV) requirements-dev.lock
	@.ci/install $(PYTHON) $(VENV)/mhl requirements-mhl.lock alone
	@touch $(VENV)/ready $@
