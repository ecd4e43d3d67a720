# Everything here works on a machine with Python 3.11 or newer and make: the first target that needs
# it sets up an environment in .venv. Another interpreter: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
FRAMEWORKS := .venv-frameworks
CONSUMERS := .venv-pmml
ORACLE := .venv-oracle
HOOKS := .venv-hooks
LINTERS := .venv-linters
BROWSER := .venv-browser
DOCS := .venv-docs
ALARMS := .venv-alarms
# Every command that writes a generated file: scripts.generate.hooks, scripts.tables.onnx.standard, …
GENERATED := $(subst /,.,$(patsubst %.py,%,$(wildcard scripts/generate/*.py scripts/tables/*/*.py)))

.PHONY: demo test check lint check-generated generate format test-browser test-frameworks test-hooks test-install
.PHONY: lint-integrations test-pythons clean docs
.PHONY: bench bench-touched bench-pickle bench-torch bench-onnx bench-savedmodel bench-folders bench-targets
.PHONY: bench-pmml
.PHONY: truth-requirements truth-torch truth-onnx truth-savedmodel truth-pmml truth-keras truth-pickle truth-folders
.PHONY: environments-pickle
.PHONY: fuzz-oracle fuzz-mutations fuzz-readers fuzz-names fuzz-reviewed alarms-estimators

demo: $(READY)
	@$(BIN)/modelaudit scan --exit-zero fixtures/demo

test: $(READY)
	$(BIN)/python -m pytest -q -n auto

# Whether generated files are up to date is a test of its own: tests/scripts/test_commands.py.
check: lint $(READY)
	$(BIN)/python -m fixtures.build --check
	$(BIN)/python -m pytest -q -n auto --cov --cov-report=term:skip-covered
	$(BIN)/python -m coverage report --fail-under=95 --format=total \
		--include='modelaudit/judge/*,modelaudit/formats/pickle/*'

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Every Python that pyproject.toml names and that is found here; others are named.
test-pythons:
	.ci/pythons

# The same checks for every table and generated file, without the tests.
check-generated: $(READY)
	@set -e; for name in $(GENERATED); do $(BIN)/python -m $$name --check; done

generate: $(READY)
	$(BIN)/python -m scripts.generate.catalogue
	$(BIN)/python -m scripts.generate.schema
	$(BIN)/python -m scripts.generate.hooks
	$(BIN)/python -m scripts.generate.documents
	$(BIN)/python -m scripts.generate.folders
	$(BIN)/python -m fixtures.build

format: $(READY)
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

# Other tools beside this one, over a grid of files; writes docs/benchmarks.md. An hour or so, and
# a package index for what is not in .venv-peers yet.
bench: $(READY)
	$(BIN)/python -m benchmarks.speed.grid

# The bytes of 500 MB of weights that a scan reads, in every format.
bench-touched: $(READY)
	$(BIN)/python -m benchmarks.speed.touched

bench-pickle: $(READY)
	$(BIN)/python -m benchmarks.speed.pickle

bench-torch: $(READY)
	$(BIN)/python -m benchmarks.speed.torch

bench-onnx: $(READY)
	$(BIN)/python -m benchmarks.speed.onnx

bench-savedmodel: $(READY)
	$(BIN)/python -m benchmarks.speed.savedmodel

bench-folders: $(READY)
	$(BIN)/python -m benchmarks.speed.folders

bench-targets: $(READY)
	$(BIN)/python -m benchmarks.speed.targets

bench-pmml: $(READY)
	$(BIN)/python -m benchmarks.speed.pmml

# What JPMML-Evaluator and PMML4S do with documents by recipe; needs a Java on the machine.
truth-pmml: $(READY) $(CONSUMERS)/.ready
	$(CONSUMERS)/bin/python -m benchmarks.truth.pmml_consumers.exported $(CONSUMERS)/exported
	$(BIN)/python -m benchmarks.truth.pmml $(CONSUMERS)/bin/python --exported $(CONSUMERS)/exported

# What pip installed for requirement files, against what modelaudit resolves.
truth-requirements: $(READY)
	$(BIN)/python -m benchmarks.truth.requirement_files

# What torch did with files, against what modelaudit says of them.
truth-torch: $(READY)
	$(BIN)/python -m benchmarks.truth.torch

# The models of onnx's own tests, as several releases of onnxruntime load them.
truth-onnx: $(READY)
	$(BIN)/python -m benchmarks.truth.onnx

# What TensorFlow did with SavedModels, against what modelaudit says of them.
truth-savedmodel: $(READY)
	$(BIN)/python -m benchmarks.truth.savedmodel

# What Keras did with models of several releases, against what modelaudit says of them.
truth-keras: $(READY)
	$(BIN)/python -m benchmarks.truth.keras

# What environments of five generations did with pickles, and with those that environments-pickle makes.
truth-pickle: $(READY)
	$(BIN)/python -m benchmarks.truth.pickle

# What transformers and other loaders did with folders, against what modelaudit says of them.
truth-folders: $(READY)
	$(BIN)/python -m benchmarks.truth.folders
	$(BIN)/python -m benchmarks.truth.folders_code

# Environments that write some 100 kinds of object and load each other's pickles; takes an hour.
environments-pickle: $(READY)
	$(BIN)/python -m benchmarks.truth.pickle_environments.build
	$(BIN)/python -m benchmarks.truth.pickle_packages.build

# Composes pickles that act, really loads them in confinement, and fails where a scan lets one pass.
# Longer runs, in pieces: python -m benchmarks.oracle --seed 12 --count 1000000 --start 0
fuzz-oracle: $(READY) $(ORACLE)/.ready
	$(BIN)/python -m benchmarks.oracle --seed 11 --count $(or $(COUNT),20000)

# The same for the hostile fixtures, edited opcode by opcode.
fuzz-mutations: $(READY) $(ORACLE)/.ready
	$(BIN)/python -m benchmarks.oracle --seed 11 --count 5000 --mutations

# Whether a scan names all that C's unpickler and Python's ask for; nothing is imported.
fuzz-names: $(READY)
	$(BIN)/python -m benchmarks.oracle.resolved --seed 11 --count 20000
	$(BIN)/python -m benchmarks.oracle.resolved --seed 11 --count 20000 --mutations

# Damages fixtures of every format and reads them: none may break a reader or cost much.
# Longer runs, in pieces: python -m benchmarks.fuzz --seed 22 --count 1000000 --start 0
fuzz-readers: $(READY)
	$(BIN)/python -m benchmarks.fuzz --seed 21 --count $(or $(COUNT),20000)

# Whether a reviewed name acts, by calling it and filling instances of it in confinement.
fuzz-reviewed: $(READY) $(ORACLE)/.ready
	$(BIN)/python -m benchmarks.oracle.reviewed

# The site, in build/site: the documents, and a page for each rule with what a scan prints for its
# fixtures, which takes a minute or two.
docs: $(READY) $(DOCS)/.ready
	$(BIN)/python -m scripts.site build/pages
	$(DOCS)/bin/zensical build --strict --clean
	@echo build/site/index.html

$(DOCS)/.ready: scripts/site/requirements.txt
	$(PYTHON) -m venv --clear $(DOCS)
	$(DOCS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# What a scan says of every class of the packages that models are made with, by every writer; half an hour.
alarms-estimators: $(READY) $(ALARMS)/.ready
	$(ALARMS)/bin/python -m benchmarks.alarms.estimators $(ALARMS)/estimators
	$(BIN)/python -m benchmarks.alarms $(ALARMS)/estimators

# torch stands in an environment of its own, and is called as a process.
test-frameworks: $(READY) $(FRAMEWORKS)/.ready
	MODELAUDIT_FRAMEWORKS=$(FRAMEWORKS)/bin/python $(BIN)/python -m pytest -q -s tests/frameworks

# The page of --format html in Chromium: the machine's (Debian: chromium), else the one that
# `.venv-browser/bin/playwright install chromium` gets.
test-browser: $(READY) $(BROWSER)/.ready
	MODELAUDIT_BROWSER=$(BROWSER)/bin/python $(BIN)/python -m pytest -q tests/report/test_browser.py

$(ALARMS)/.ready: benchmarks/alarms/requirements.txt
	$(PYTHON) -m venv --clear $(ALARMS)
	$(ALARMS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(BROWSER)/.ready: tests/report/browser/requirements.txt
	$(PYTHON) -m venv --clear $(BROWSER)
	$(BROWSER)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# The files for other places, by the linters of these places.
lint-integrations: $(LINTERS)/.ready
	$(LINTERS)/bin/hadolint Dockerfile
	$(LINTERS)/bin/zizmor --offline --no-progress action.yml .github/workflows
	$(LINTERS)/bin/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(LINTERS)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(LINTERS)/bin/check-jsonschema --builtin-schema vendor.gitlab-ci integrations/gitlab-ci.yml

$(LINTERS)/.ready: integrations/linters.txt
	$(PYTHON) -m venv --clear $(LINTERS)
	$(LINTERS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# The hooks as pre-commit installs and runs them, on scratch repositories; needs a package index.
test-hooks: $(READY) $(HOOKS)/.ready
	MODELAUDIT_HOOKS=$(HOOKS)/bin/pre-commit $(BIN)/python -m pytest -q tests/hooks/test_pre_commit.py

# What the documents say of installing, with pip, pipx, uvx, tox and nox; takes minutes.
test-install: $(READY) $(HOOKS)/.ready
	MODELAUDIT_HOOKS=$(HOOKS)/bin/pre-commit $(BIN)/python -m pytest -q tests/hooks/test_install.py

$(HOOKS)/.ready: tests/hooks/requirements.txt
	$(PYTHON) -m venv --clear $(HOOKS)
	$(HOOKS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(FRAMEWORKS)/.ready: tests/frameworks/requirements.txt
	$(PYTHON) -m venv --clear $(FRAMEWORKS)
	$(FRAMEWORKS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(CONSUMERS)/.ready: benchmarks/truth/pmml_consumers/requirements.txt
	$(PYTHON) -m venv --clear $(CONSUMERS)
	$(CONSUMERS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(ORACLE)/.ready: benchmarks/oracle/requirements.txt
	$(PYTHON) -m venv --clear $(ORACLE)
	$(ORACLE)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# The environment is made anew when what it holds has changed.
$(READY): requirements-dev.lock pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "modelaudit needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

clean:
	rm -rf $(VENV) .venv-peers $(FRAMEWORKS) $(CONSUMERS) $(ORACLE) $(HOOKS) $(LINTERS) $(BROWSER) $(DOCS) .venv-pythons .cache build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .coverage
