# `make lab` and `make test` are all that a learner needs; both make .venv on first use.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: lab test bench notebooks lint

lab: .venv/done
	$(BIN)/jupyter lab notebooks/01_weight_decay_scratch.ipynb

test: .venv/done
	$(BIN)/pytest

bench: .venv/done
	$(BIN)/python -m benchmarks

notebooks: .venv/done
	$(BIN)/jupyter nbconvert --config notebooks/store.py notebooks/*.ipynb

lint: .venv/done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.venv/done: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt -e .
	$(BIN)/python -m pip check
	@touch $@
