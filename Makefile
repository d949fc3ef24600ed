# make demo   the main job on recorded logs: ingest, compare, figures in demo/
# make test   every check: ruff, mypy, pytest
# make test-long   what is too long for every run
# make clean  removes what the two have made
#
# Both bring what they need into .venv, a virtual environment of their own. PYTHON names the interpreter.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-long clean

demo: export FTPSTATS_STORE := demo/store
demo: $(VENV)/runtime.stamp
	@rm -rf demo && mkdir demo
	@echo 'Emulated platforms: one machine, three FTP servers slowed by software (sample_logs/README.md).'
	@echo 'The labels are the thesis'"'"'s, but nothing here is said about the real Xen and VMware.'
	$(BIN)/ftpstats ingest sample_logs/inetutils/FTP.log
	$(BIN)/ftpstats compare xen vmware --format table
	$(BIN)/ftpstats plot boxplot --output demo/boxplot.png --quiet
	$(BIN)/ftpstats plot means --output demo/means.png --quiet
	@echo
	@echo 'And live: one server of ftpstats under two names, slowed to two paces.'
	$(BIN)/ftpstats run fast slow --throttle fast=80MB/s --throttle slow=40MB/s \
	    --size 100KB --size 10MB --times 20 --order interleaved --output demo/experiment
	$(BIN)/ftpstats compare fast slow --from demo/experiment --format table

test: $(VENV)/dev.stamp
	@PATH="$(abspath $(BIN)):$$PATH" tools/install-programs.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --no-fold-skipped

test-long: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m long

# A stamp is as old as the last complete installation; a changed pyproject.toml asks for another one.
$(VENV)/runtime.stamp: pyproject.toml
	@tools/check-python.sh "$(PYTHON)"
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# Dependency groups came with pip 25.1, which is newer than the pip that Debian's python3-venv brings.
$(VENV)/dev.stamp: $(VENV)/runtime.stamp
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

clean:
	rm -rf $(VENV) demo build dist .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
