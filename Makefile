# make run   installs, builds the index, answers one question in the terminal and starts the web app
# make test  installs what the tests need and runs them
# make check formatting, lint, types
# make eval  answers all evaluation questions and prints the figures
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
QUESTION := Hoe verhogen andere regio's het aantal plekken Beschut Werk?

.PHONY: run test check eval scale pictures install browser vectors adapter clean

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

install: $(VENV)/installed

run: install
	$(BIN)/praktijkbaken index
	$(BIN)/praktijkbaken ask "$(QUESTION)"
	$(BIN)/praktijkbaken serve --port $(PORT)

# Debian's chromium, where it may be installed; elsewhere the browser test is skipped by name
browser:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null; \
	  else echo "chromium is not here: the browser test will be skipped"; fi; }

test: $(VENV)/installed-test browser
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

check: $(VENV)/installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

eval: install
	$(BIN)/praktijkbaken index
	$(BIN)/praktijkbaken eval run --fails

# a thousand made-up story pages through fetch, read, split, embed and swap: some ten minutes
scale: $(VENV)/installed-test
	PYTHONPATH=.:tests $(BIN)/python tests/scale.py

# after a change of the pages: takes the pictures of the manual anew
pictures: $(VENV)/installed-test browser
	PYTHONPATH=.:tests $(BIN)/python tests/pictures.py

# after a change of the shipped sources: embeds what is new and writes data/vectors
vectors: install
	$(BIN)/python -m index.shipped

# after a change of the other words too: learns which questions belong together, and which a sentence answers (a quarter of an hour)
adapter: install
	$(BIN)/python -m index.shipped --learn

clean:
	rm -rf $(VENV) var build dist
