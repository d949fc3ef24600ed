"""The thesis's script and the templates travel in the wheel, and are found there as well as in the sources."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ftpstats.experiment.clients.legacy import legacy_script
from ftpstats.logs.reader import read_log
from tests.programs import require

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A wheel, built and unpacked: what an installation of it holds."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_sources_have_the_script_beside_the_package():
    assert legacy_script() == ROOT / "legacy" / "ftp-test.sh"


def test_an_experiment_with_the_script_runs_from_a_wheel(installed, tmp_path):
    require("inetutils-ftp")
    run = ["run", "a", "--client", "legacy", "--size", "1KB", "--times", "2", "--quiet"]
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "import ftpstats; from ftpstats.cli import main; from ftpstats.experiment.clients.legacy import legacy_script\n"
        f"assert legacy_script().is_relative_to({str(installed)!r}), legacy_script()\n"
        "main()"
    )
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(installed)}
    subprocess.run([sys.executable, "-c", code, *run], cwd=tmp_path, env=environment, check=True, timeout=120)
    rows, _ = read_log(str(tmp_path / "ftp-experiment" / "FTP.log"))
    assert rows["completion"].to_list() == ["confirmed"] * 2


def test_the_page_of_reports_is_in_the_wheel(installed):
    sources = ROOT / "ftpstats" / "present" / "report"
    packed = installed / "ftpstats" / "present" / "report"
    assert {path.name for path in sources.iterdir() if path.is_file()} == {path.name for path in packed.iterdir()}
