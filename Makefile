# make demo   installs, builds a made-up book, runs it for a year, says where to look
# make test   installs, lints, type-checks, and tests what is quick: a few minutes, on SQLite; before each commit
# make check  all other tests but the soak: on PostgreSQL, in a browser, through LibreOffice, long lives
# make long   measures which tests are long, so that make check runs them: writes tests/long.txt
# make soak   many random lives, kills and a crowd of users: hours; before a release
# make bench  measures a day of a large database
# make pictures  takes the pictures of screens in docs/pictures from a made-up practice
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORES := $(shell nproc 2>/dev/null || echo 2)
PYTEST := $(BIN)/pytest -n $(CORES) --dist loadgroup
# Two workers and every command that tests start read the same modules: compiled once, not by each of them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test quick check long soak bench pictures install format lint types clean lock templates

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

demo: install
	$(BIN)/pastdue demo

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --no-cache --fix --select I .

lint: install
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --no-cache --check --quiet .
	$(BIN)/lint-imports

types: install
	$(BIN)/pyright

# The checks of style and types use one core: beside the tests they cost no time of their own.
test: install
	$(MAKE) --no-print-directory --output-sync=line --jobs=$(CORES) lint types quick

quick: install
	$(PYTEST) -m "not long and not soak"

check: install
	$(PYTEST) -m "long and not soak"

long: install
	$(BIN)/pytest -n 1 -p tests.durations -m "not soak" -k "not postgres"

soak: install
	$(BIN)/pytest -m soak

bench: install
	$(BIN)/python -m bench

pictures: install
	$(BIN)/python -m tests.pictures

templates: install
	$(BIN)/python -m letters.make_templates

lock: install
	$(BIN)/pip-compile --quiet --all-extras --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) pastdue-data demo-data
