# `make demo` and `make test` work from a clean checkout with Python >= 3.11; both are quick once .venv is there.
# Without make (Windows): see "Install" in README.md.

PYTHON ?= python3
BIN := .venv/bin
export COVERAGE_RCFILE := $(CURDIR)/.ci/coverage.toml
EVENTS := detector/records/*,detector/events/*,detector/classify/*

.PHONY: demo test check-all lint docs golden accuracy bench wheel clean
.DEFAULT_GOAL := test

demo: .venv/.run
	$(BIN)/sleepjerk demo --out demo-results

test: .venv/.dev lint
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 -m "not slow"
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --sort=cover
	$(BIN)/coverage report --include='$(EVENTS)' --fail-under=95

# Everything: also the slow tests.
check-all: .venv/.dev lint
	$(BIN)/python -m pytest -n 2

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Write the pages that are made from the code anew.
docs: .venv/.dev
	$(BIN)/python -m tests.contract.generated_docs
	$(BIN)/python -m tests.contract.kernel_limits

# Write what the samples are expected to give anew; read the diff before it is kept.
golden: .venv/.dev
	$(BIN)/python -m tests.golden.rewrite

# Accuracy on rendered clips: hours the first time, resumable. `make accuracy ARGS=--quick` takes minutes.
accuracy: .venv/.dev .venv/dvr-scan/bin/dvr-scan
	nice $(BIN)/python -m benchmarks.accuracy $(ARGS)

# What an analysis costs beside decoding alone and beside other tools: an hour or two on an idle machine.
bench: .venv/.dev .venv/dvr-scan/bin/dvr-scan
	$(BIN)/python -m benchmarks.speed $(ARGS)

wheel: .venv/.dev
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

clean:
	rm -rf .venv build dist demo-results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.pip:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	touch $@

KERNEL := .ci/build_kernel.py $(wildcard detector/native/*.[ch])

.venv/.run: pyproject.toml .venv/.pip $(KERNEL)
	$(BIN)/python -m pip install --quiet --editable .
	.ci/system-packages $(BIN)/python
	touch $@

.venv/.dev: pyproject.toml .venv/.run
	$(BIN)/python -m pip install --quiet --group dev
	$(if $(wildcard tests/browser),.ci/system-packages $(BIN)/python browser)
	touch $@

# DVR-Scan needs another build of OpenCV than we do: it lives in an environment of its own.
.venv/dvr-scan/bin/dvr-scan: .venv/.dev
	$(BIN)/python -m venv .venv/dvr-scan
	.venv/dvr-scan/bin/python -m pip install --quiet "dvr-scan==1.8.2.1"
