# Everything runs from a bare clone: each target makes the environment it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Some machines set it, and then every process would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo env test fuzz schema lint format requirements faults bench bench-desk bench-matching endurance quality screenshots
.DEFAULT_GOAL := demo

demo: $(STAMP)
	@exec $(BIN)/python manage.py demo

env: $(STAMP)

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

# Any request that the schema allows, and many that it does not, for so many minutes.
fuzz: MINUTES ?= 20
fuzz: $(STAMP)
	MINUTES=$(MINUTES) $(BIN)/python -m pytest tests/contract/test_fuzz.py

# After a change of the API on purpose.
schema: $(STAMP)
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

# Kills and restarts that take minutes; `make test` has the shorter ones.
faults: $(STAMP)
	$(BIN)/python -m pytest tests/faults -m "long or not long"

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# EVAL: the folder with the scorers and polnear/, which are no part of the project.
quality: $(STAMP)
	EVAL=$(EVAL) $(BIN)/python -m tests.quality

screenshots: $(STAMP)
	$(BIN)/python -m pytest tests/e2e
	cp var/screenshots/queue.png var/screenshots/claim.png docs/screenshots/

# With EVAL the articles of polnear/dev are timed as well.
bench: $(STAMP)
	EVAL=$(EVAL) $(BIN)/python -m tests.bench

endurance: $(STAMP)
	$(BIN)/python -m tests.bench endurance

# A million claims take some minutes to make and 5 GB of disk.
bench-desk: export PLUMBLINE_VAR = $(CURDIR)/var/bench
bench-desk: $(STAMP)
	$(BIN)/python -m tests.bench desk

# A server of its own, started twice: its memory is set before it serves.
bench-matching: export PLUMBLINE_VAR = $(CURDIR)/var/bench
bench-matching: $(STAMP)
	$(BIN)/python -m tests.bench configure
	$(BIN)/python -m tests.bench matching

# The pip that Python brings may be years old and fail on current packages, so uv installs.
$(STAMP): requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@

requirements:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header pyproject.toml --group dev -o requirements-dev.txt
