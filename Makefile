# Callboard's verbs. Bare `make` lists them.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
SHARED ?= $(or $(CALLBOARD_SHARED),../shared)
TIERS := $(BIN)/python tests/tiers.py
# Where a command needs settings but no configuration of yours.
CLEAN := CALLBOARD_CONFIG= CALLBOARD_DATA_DIR=$(VENV)/callboard

.DEFAULT_GOAL := help
.PHONY: help run setup test test-fast test-postgres test-redis test-node test-browser test-frontend test-kill test-kill-postgres check fmt conformance bench lock clean

help: ## list the verbs
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-26s%s\n", $$1, $$2 }'

run: $(VENV)/.installed ## start everything on http://localhost:7007, with the catalog of examples/
	@exec $(BIN)/callboard serve

setup: $(VENV)/.installed-dev ## a virtual environment with the locked dependencies, for development

test: setup ## the whole suite: on SQLite, then on each server and tool that is there
	@$(TIERS) all

test-fast: setup ## the tests on SQLite alone
	@$(TIERS) embedded

test-postgres: setup ## the tests that use a database, on PostgreSQL (CALLBOARD_TEST_DATABASE_URL)
	@$(TIERS) postgres

test-redis: setup ## the tests that start a server, with Redis (CALLBOARD_TEST_REDIS_URL)
	@$(TIERS) redis

test-node: setup ## Backstage's own catalog client against a server of ours (needs Node)
	@$(TIERS) node

test-browser: setup ## the pages in headless Chromium
	@$(TIERS) browser

test-frontend: setup ## a built stock frontend, driven in Chromium (CALLBOARD_TEST_FRONTEND, or ui beside the comparisons)
	@$(TIERS) frontend

test-kill: setup ## twenty processes killed during an ingestion, and a worker at every step of a task
	@$(TIERS) kill

test-kill-postgres: setup ## the same on PostgreSQL
	@$(TIERS) kill-postgres

check: setup ## formatting, lint, types, directions of imports, missing migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(CLEAN) $(BIN)/mypy config identity portal mcp_actions ownership scaffolder search comms docs_site catalog integrations common
	$(BIN)/lint-imports
	@$(CLEAN) $(BIN)/python manage.py makemigrations --check --dry-run

fmt: setup ## put the code into its one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

conformance: setup ## compare with the reference's recorded answers (CALLBOARD_SHARED, or ../shared)
	$(BIN)/python tests/conformance/compare.py --shared $(SHARED)

bench: setup ## measure everything that docs/performance.md tells, beside a reference if CALLBOARD_REFERENCE_URL names one
	$(BIN)/python tests/bench/run.py --shared $(SHARED)

lock: setup ## choose new versions of the dependencies
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group build $(LOCK_FLAGS) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group build --group dev -c requirements.lock $(LOCK_FLAGS) -o requirements-dev.lock

LOCK_FLAGS := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet --upgrade

clean: ## remove what these verbs have made, but for data
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "make: no python3.11 found; name one by PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "make: $(PYTHON) is older than 3.11; name a newer one by PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(call install,requirements.lock)

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(call install,requirements-dev.lock)
	@touch $(VENV)/.installed

# Nothing but what the lock names by hash; then the project itself, in place.
define install
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@
endef
