import subprocess
import sys
from pathlib import Path

import pytest

import ftpstats.stats

MODULES = sorted(path.stem for path in Path(ftpstats.stats.__file__).parent.glob("[a-z]*.py"))
SLOW = {"scipy.stats", "scipy.optimize", "pingouin", "pandas"}


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_module_imports_nothing_slow(module):
    code = f"import sys, ftpstats.stats.{module}; print(*sys.modules)"
    listed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not SLOW & set(listed.split())
