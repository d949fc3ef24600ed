# make demo   the main job on recorded logs: ingest, compare, figures and a report in demo/
# make test   every check: ruff, mypy, pytest
# make test-long   what is too long for every run
# make test-oldest   pytest with the oldest releases that pyproject.toml allows; without live tests
# make test-pythons  pytest with each Python that is on the PATH; without live tests
# make pictures  the pictures of README.md, with Chromium
# make clean  removes what these have made
#
# Each brings what it needs into a virtual environment: .venv, or one that is named after the oldest releases or the
# Python. PYTHON names the interpreter of the first three, OLDEST_PYTHON that of test-oldest: the oldest releases have
# wheels for it.

PYTHON ?= python3
OLDEST_PYTHON ?= python3.11
PYTHONS := 3.11 3.12 3.13 3.14
VENV := .venv
BIN := $(VENV)/bin
# With servers, clients and a browser of Debian's.
LIVE := tests/live tests/browser

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test test-long test-oldest test-pythons pictures clean

demo: export FTPSTATS_STORE := demo/store
demo: $(VENV)/runtime.stamp
	@rm -rf demo && mkdir demo
	@echo 'The thesis, re-enacted: real guests on an emulated processor, six boots of each (reenactment/README.md).'
	$(BIN)/ftpstats ingest sample_logs/reenactment-2026/platforms
	$(BIN)/ftpstats compare baseline full para xen --format table
	$(BIN)/ftpstats scaling full para --format table
	$(BIN)/ftpstats plot boxplot --output demo/boxplot.png --quiet
	$(BIN)/ftpstats plot difference full para --output demo/difference.png --quiet
	@echo
	@echo 'As the thesis measured, one run of each after the other: servers slowed by software (sample_logs/README.md).'
	$(BIN)/ftpstats compare xen vmware --from sample_logs/inetutils/FTP.log --size 10MB --format table
	@echo
	@echo 'A server'"'"'s log: vsftpd with three clients on one machine (sample_logs/README.md).'
	$(BIN)/ftpstats check sample_logs/vsftpd/xferlog --format table
	$(BIN)/ftpstats throughput --from sample_logs/vsftpd/vsftpd.log --time-zone UTC --format table
	@echo
	@echo 'And live: one server of ftpstats under two names, slowed to two paces.'
	$(BIN)/ftpstats run fast slow --throttle fast=80MB/s --throttle slow=40MB/s \
	    --size 100KB --size 10MB --times 20 --order interleaved --output demo/experiment
	$(BIN)/ftpstats compare fast slow --from demo/experiment --format table
	$(BIN)/ftpstats report fast slow --from demo/experiment --output demo/report.html --quiet
	@echo
	@echo 'All of it in one page: demo/report.html'

test: $(VENV)/dev.stamp
	@PATH="$(abspath $(BIN)):$$PATH" tools/install-programs.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --no-fold-skipped

test-long: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m long

# In the virtual environment $(1).
pytest_in = PATH="$(abspath $(1)/bin):$$PATH" python -m pytest -n 2 --no-fold-skipped $(LIVE:%=--ignore %)

test-oldest: .venv-oldest/test.stamp
	@PATH="$(abspath .venv-oldest/bin):$$PATH" tools/install-programs.sh
	$(call pytest_in,.venv-oldest)

# A name on the PATH may be a version manager's, which starts nothing: only a Python that runs is one.
test-pythons:
	@failed=; missing=; passed=; \
	for version in $(PYTHONS); do \
	    if ! python$$version -c '' 2>/dev/null; then missing="$$missing $$version"; continue; fi; \
	    if $(MAKE) --no-print-directory .venv-$$version/tested; then passed="$$passed $$version"; \
	    else failed="$$failed $$version"; fi; \
	done; \
	echo "Python: passed with$${passed:- none}; failed with$${failed:- none}; not found:$${missing:- none}"; \
	[ -n "$$passed" ] && [ -z "$$failed" ]

.PHONY: $(PYTHONS:%=.venv-%/tested)
$(PYTHONS:%=.venv-%/tested): %/tested: %/test.stamp
	@PATH="$(abspath $*/bin):$$PATH" tools/install-programs.sh
	$(call pytest_in,$*)

pictures: $(VENV)/dev.stamp
	$(BIN)/python tools/pictures.py

# A stamp is as old as the last complete installation; a changed pyproject.toml asks for another one.
$(VENV)/runtime.stamp: pyproject.toml
	@tools/check-python.sh "$(PYTHON)"
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# Dependency groups came with pip 25.1, which is newer than the pip that Debian's python3-venv brings.
$(VENV)/dev.stamp: $(VENV)/runtime.stamp
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[cluster]' --group dev
	@touch $@

.venv-oldest/test.stamp: pyproject.toml tools/oldest.txt
	@tools/check-python.sh "$(OLDEST_PYTHON)"
	"$(OLDEST_PYTHON)" -m venv --clear .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.venv-oldest/bin/python -m pip install --quiet --constraint tools/oldest.txt --editable '.[cluster]' --group test
	@touch $@

.venv-3.%/test.stamp: pyproject.toml
	@tools/check-python.sh python3.$*
	python3.$* -m venv .venv-3.$*
	.venv-3.$*/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.venv-3.$*/bin/python -m pip install --quiet --upgrade --editable '.[cluster]' --group test
	@touch $@

clean:
	rm -rf $(VENV) .venv-oldest $(PYTHONS:%=.venv-%) demo build dist .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache
