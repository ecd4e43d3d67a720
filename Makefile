# Everything here works on a machine with Python 3.11 or newer and make: the first target that needs
# it sets up an environment in .venv. Another interpreter: make test PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
FRAMEWORKS := .venv-frameworks
GENERATED := gen_catalogue gen_schema gen_hooks refresh_pickle_protocols refresh_pickle_dangerous \
	refresh_pickle_globals refresh_pickle_reexports \
	refresh_torch_weights_only refresh_torch_script refresh_safetensors_dtypes \
	refresh_symbols refresh_state_fields

.PHONY: demo test check generate format bench-pickle bench-torch truth-torch test-frameworks clean \
	truth-pickle pickle-truth bench-targets

demo: $(READY)
	@$(BIN)/modelaudit scan --exit-zero fixtures/demo

test: $(READY)
	$(BIN)/python -m pytest -q

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@set -e; for name in $(GENERATED); do $(BIN)/python scripts/$$name.py --check; done
	$(BIN)/python fixtures/build.py --check
	$(BIN)/python -m pytest -q --cov --cov-report=term:skip-covered
	$(BIN)/python -m coverage report --fail-under=95 --format=total \
		--include='modelaudit/judge/*,modelaudit/formats/pickle/*'

generate: $(READY)
	$(BIN)/python scripts/gen_catalogue.py
	$(BIN)/python scripts/gen_schema.py
	$(BIN)/python scripts/gen_hooks.py
	$(BIN)/python fixtures/build.py

format: $(READY)
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

bench-pickle: $(READY)
	$(BIN)/python benchmarks/bench_pickle.py

bench-torch: $(READY)
	$(BIN)/python benchmarks/bench_torch.py

# What torch did with files, against what modelaudit says of them.
truth-torch: $(READY)
	$(BIN)/python benchmarks/truth_torch.py

# What environments of five generations did with pickles, and with those of pickle-truth.
truth-pickle: $(READY)
	$(BIN)/python benchmarks/truth_pickle.py

# Real environments that write some 100 kinds of object and load each other's; takes an hour.
pickle-truth: $(READY)
	$(BIN)/python benchmarks/build_pickle_truth.py

bench-targets: $(READY)
	$(BIN)/python benchmarks/bench_targets.py

# torch stands in an environment of its own, and is called as a process.
test-frameworks: $(READY) $(FRAMEWORKS)/.ready
	MODELAUDIT_FRAMEWORKS=$(FRAMEWORKS)/bin/python $(BIN)/python -m pytest -q -s tests/frameworks

$(FRAMEWORKS)/.ready: tests/frameworks/requirements.txt
	$(PYTHON) -m venv --clear $(FRAMEWORKS)
	$(FRAMEWORKS)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
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
	rm -rf $(VENV) $(FRAMEWORKS) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .coverage
