# `make lab` and `make test` are all that a learner needs; each makes .venv on first use.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet
CHAPTERS := $(wildcard notebooks/[0-9]*.ipynb)

# Threads of torch that have to wait sleep instead of spinning: on a busy machine that is many times faster.
OMP_WAIT_POLICY ?= PASSIVE
export OMP_WAIT_POLICY

.PHONY: lab test progress bench class notebooks site slides mutants reseed lint lock

lab: .venv/course
	$(BIN)/jupyter lab $(firstword $(sort $(CHAPTERS)))

test: .venv/tests
	$(BIN)/pytest

# Which exercises are solved, as the notebooks were saved.
progress: .venv/course
	$(BIN)/python -m helpers.exercises notebooks

bench: .venv/tests
	$(BIN)/python -m benchmarks

# A class on this machine: JupyterHub and a server for each student, who work and are disturbed. As root, each has a
# user id of its own. Needs npm, for the hub's proxy. Not part of `make test`.
STUDENTS = 3
class: .venv-class/class
	.venv-class/bin/python -m deploy.class_test --students $(STUDENTS) $(if $(CHAPTER),--chapter $(CHAPTER))

# Execute all chapters on the real images and store their outputs, without widget state, timings and
# versions; then make the small pictures of the map and the animation of the README out of them.
notebooks: .venv/tests
	$(BIN)/python -c "from helpers import load_fashion_mnist; load_fashion_mnist()"
	TQDM_DISABLE=1 $(BIN)/python tools/store.py $(CHAPTERS)
	$(BIN)/python tools/pictures.py

# Publish the chapters as pages in site/, for any static host or a USB stick: labs answer there with neither kernel
# nor network. SITE_DATE stands on each page; without it, the date of the last commit. SITE_OPTIONS: --draft.
site: .venv/tests
	TQDM_DISABLE=1 $(BIN)/python -m tools.site $(if $(SITE_DATE),--date=$(SITE_DATE)) $(SITE_OPTIONS) site $(CHAPTERS) notebooks/glossary.ipynb

# Make a deck of slides from each chapter in slides/, as the marks of its cells say: labs answer there too. SITE_DATE and
# SITE_OPTIONS as above.
slides: .venv/tests
	TQDM_DISABLE=1 $(BIN)/python -m tools.slides $(if $(SITE_DATE),--date=$(SITE_DATE)) $(SITE_OPTIONS) slides $(CHAPTERS)

# Put faults into a copy of the project, one at a time, and see that tests catch them. Not part of `make test`.
mutants: .venv/tests
	$(BIN)/python tools/mutants.py --jobs 2

# Execute every chapter with other random numbers and report asserts that fail. Not part of `make test`.
SEEDS = 1,2,3
reseed: .venv/tests
	$(BIN)/python tools/reseed.py --seeds $(SEEDS) $(CHAPTERS)

lint: .venv/tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Pin all that the pins need in turn, on all systems and Pythons. To take newer versions, delete constraints.txt first.
lock:
	$(PYTHON) -m venv .venv
	$(INSTALL) $(shell grep ^uv== requirements-dev.txt)
	$(BIN)/uv pip compile --quiet --universal --fork-strategy=fewest --python-version=3.11 \
		--custom-compile-command="make lock" --output-file=constraints.txt requirements-dev.txt

# What runs the course; and labs that are saved as pictures, in JupyterLab and on a hub.
.venv/course: requirements.txt constraints.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(INSTALL) -c constraints.txt -r requirements.txt -e .
	$(BIN)/python -m course_server
	$(BIN)/python -m pip check
	@touch $@

# And what tests, tools and benchmarks need besides.
.venv/tests: .venv/course requirements-dev.txt
	$(INSTALL) -c constraints.txt -r requirements-dev.txt
	$(BIN)/python -m pip check
	@touch $@

# JupyterHub, beside the course: this environment sees the packages of .venv, its pip too, and holds what is not there.
.venv-class/class: .venv/course deploy/requirements-hub.txt deploy/package.json
	$(BIN)/python -m venv --without-pip .venv-class
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" > \
		"$$(.venv-class/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/course.pth"
	.venv-class/bin/python -m pip install --quiet -c constraints.txt -r deploy/requirements-hub.txt
	npm install --prefix deploy --no-package-lock --no-audit --no-fund --loglevel=error
	@touch $@
