# make demo   installs, builds a made-up book, runs it 180 days, says where to look
# make test   installs, lints, type-checks, and tests what is quick: a few minutes, on SQLite; before each commit
# make check  all other tests but the soak: on PostgreSQL, in a browser, through LibreOffice, long lives
# make soak   many random lives, kills and a crowd of users: hours; before a release
# make bench  measures a day of a large book
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORES := $(shell nproc 2>/dev/null || echo 2)
PYTEST := $(BIN)/pytest -n $(CORES) --dist loadgroup
# Two workers and every command that tests start read the same modules: compiled once, not by each of them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check soak bench install format lint types clean lock templates

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

test: lint types
	$(PYTEST) -m "not long and not soak"

check: install
	$(PYTEST) -m "long and not soak"

soak: install
	$(BIN)/pytest -m soak

bench: install
	$(BIN)/python -m bench

templates: install
	$(BIN)/python -m letters.make_templates

lock: install
	$(BIN)/pip-compile --quiet --all-extras --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) pastdue-data demo-data
