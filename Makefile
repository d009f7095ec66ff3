# `make lab` and `make test` are all that a learner needs; each makes .venv on first use.
PYTHON ?= python3
BIN := .venv/bin
CHAPTERS := $(wildcard notebooks/*.ipynb)

.PHONY: lab test bench notebooks site lint mutants

lab: .venv/done
	$(BIN)/jupyter lab $(firstword $(sort $(CHAPTERS)))

test: .venv/done
	$(BIN)/pytest

bench: .venv/done
	$(BIN)/python -m benchmarks

# Execute all chapters on the real images and store their outputs, without widget state, timings and
# versions; then make the small pictures of the map and the animation of the README out of them.
notebooks: .venv/done
	$(BIN)/python -c "from helpers import load_fashion_mnist; load_fashion_mnist()"
	TQDM_DISABLE=1 $(BIN)/python tools/store.py $(CHAPTERS)
	$(BIN)/python tools/pictures.py

# Publish the chapters as pages in site/, for any static host: their labs answer there without a kernel.
site: .venv/done
	TQDM_DISABLE=1 $(BIN)/python tools/site.py site $(CHAPTERS)

# Put faults into a copy of the project, one at a time, and see that tests catch them. Not part of `make test`.
mutants: .venv/done
	$(BIN)/python tools/mutants.py --jobs 2

lint: .venv/done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.venv/done: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt -e .
	$(BIN)/python -m pip check
	@touch $@
