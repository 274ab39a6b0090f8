# make demo: build the store and show what it answers.   make test: everything that CI runs.
PYTHON ?= python3
BIN := .venv/bin
KG := $(BIN)/kg --store out/kg-data
QUESTIONS := alliances alliance-members authority honours figures
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: demo test quick nightly check browser format triples docs notebooks clean

demo: .venv/installed
	@mkdir -p out
	@$(KG) build --fresh
	@for question in $(QUESTIONS); do echo; echo "\$$ kg query $$question --why"; \
	  $(KG) query $$question --why || exit 1; done
	@echo; echo "\$$ kg map -o out/alliance-map.html"
	@$(KG) map -o out/alliance-map.html
	@echo "Open out/alliance-map.html in a browser; it needs no network. 用浏览器打开即可，无需联网。"

test: .venv/tests browser check
	$(BIN)/python -m pytest -m "not nightly"

quick: .venv/tests check
	$(BIN)/python -m pytest -m "not full and not nightly" --hypothesis-profile=anew

nightly: .venv/tests browser check
	$(BIN)/python -m pytest --hypothesis-profile=anew

check: .venv/tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: .venv/tests
	$(BIN)/ruff format
	$(BIN)/python -m kg.trig data/triples/*.trig
	$(BIN)/python docs/gallery.py pair

triples: .venv/installed
	$(BIN)/python data/generate.py

docs: .venv/docs
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/terms.py
	$(BIN)/python docs/gallery.py render

# The gallery, in JupyterLab.
notebooks: .venv/notebook
	cd notebooks && ../$(BIN)/jupyter lab

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kg needs Python 3.11 or later; say which: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python setup.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/notebook: .venv/installed
	$(BIN)/python -m pip install --quiet --editable ".[notebook]"
	@touch $@

.venv/docs: .venv/installed
	$(BIN)/python -m pip install --quiet --editable ".[docs]"
	@touch $@

.venv/tests: .venv/installed
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	@touch $@

# The browser tests need a Chromium, a Firefox and a font with Chinese characters, or they fail.
browser:
	@sh tests/browsers.sh

clean:
	rm -rf .venv build dist out *.egg-info
