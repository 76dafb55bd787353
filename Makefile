.DEFAULT_GOAL := help
.PHONY: help demo test quick thorough check lint types layers format bench experiments clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/demo
TURNS ?= 5
# As many tests run at once as there are cores; more threads inside each would only wait.
TESTS := OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist worksteal

help: ## Say what each target does
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.ready ## Install if needed, score the shipped synthetic centre, show the result
	@$(BIN)/rolefit demo $(OUT)

test: $(VENV)/.ready-dev ## Install if needed, run all tests
	@$(TESTS)

quick: $(VENV)/.ready-dev ## Run the tests that are not marked slow
	@$(TESTS) -m "not slow"

thorough: $(VENV)/.ready-dev ## Run all tests with many more drawn examples, others each time
	@ROLEFIT_THOROUGH=1 $(TESTS)

check: lint types layers test ## Run every gate: lint, format, types, imports, tests

lint: $(VENV)/.ready-dev ## Lint, and check the format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.ready-dev ## Check the types, strictly
	@$(BIN)/mypy

layers: $(VENV)/.ready-dev ## Check who may import whom
	@$(BIN)/lint-imports

format: $(VENV)/.ready-dev ## Format, and mend what the linter can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.ready-dev ## Time the context adjustment beside lme4 and DuckDB (benchmarks/README.md)
	@sh benchmarks/setup_lme4.sh
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/insteval.py --turns $(TURNS)
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/many_agents.py --turns $(TURNS)

experiments: $(VENV)/.ready-dev ## Run every experiment again: tables go into their pages (003, 005, 008 print them); hours
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r experiments/requirements.txt
	@for run in experiments/*/run.py; do \
		echo "$$run"; OPENBLAS_NUM_THREADS=1 $(BIN)/python $$run --store || exit 1; \
	done

clean: ## Remove everything that can be made again
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "rolefit needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..."; exit 2; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "This Python cannot make environments; on Debian and Ubuntu: apt install python3-venv"; exit 2; }

$(VENV)/.ready: pyproject.toml requirements/run.txt | $(BIN)/python
	@echo "Installing rolefit into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements/run.txt -e .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml requirements/dev.txt | $(BIN)/python
	@echo "Installing rolefit and its tools into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements/dev.txt -e '.[dev]'
	@touch $@ $(VENV)/.ready
