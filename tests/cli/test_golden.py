"""What every command prints, word for word. `pytest tests/cli --update-golden` rewrites it; read the diff."""

import shlex

import pytest

from tests.cli.conftest import GOLDEN, stable

SESSIONS = {
    "ingest": [
        "ingest FTP.log",
        "ingest FTP.log RESULT.log",
        "ingest letter",
        "ingest no.log empty.log same.log",
        "ingest --quiet netkit.log",
        "ingest --label Loopback odd.log missing.log",
        "summary loopback --format csv",
        "ingest odd.log --label Another",
        "ingest odd.log --label ''",
    ],
    "parse": [
        "parse missing.log --format table",
        "parse missing.log",
        "parse missing.log --format json",
        "parse missing.log --format jsonl --label 'Linux KVM'",
        "parse killed.log --format jsonl",
        "parse no.log missing.log empty.log",
        "parse no.log",
        "parse empty.log --format table",
        "parse letter --format table",
        "parse missing.log --format xlsx",
        "parse missing.log --output rows.xlsx",
        "parse missing.log --output rows.csv --format xlsx",
        "parse missing.log --output rows.csv --format json",
        "parse missing.log --output -",
    ],
    "check": [
        "check FTP.log",
        "check missing.log odd.log no.log",
        "check strange",
        "check letter",
        "check missing.log --format json",
        "check odd.log --output odd.json",
        "check missing.log --format csv",
    ],
    "summary": [
        "summary --from same.log --format table",
        "summary xen VMware --from FTP.log --format table --size 100KB --size 10MB",
        "summary --from missing.log --from unlabelled.log --format table",
        "summary --from missing.log --format json",
        "summary --from same.log --format csv --confidence 0.9",
        "summary --from same.log --format markdown --output -",
        "summary --from same.log --format latex",
        "summary --from same.log --format table --as-printed",
        "summary --from missing.log --format parquet",
        "summary --from rounds.log --format table --details",
        "summary --from missing.log --format table --all-tests",
    ],
    "compare": [
        "compare xen vmware --from FTP.log --format table",
        "compare baseline xen vmware --from same.log --format table",
        "compare baseline xen vmware --from same.log --format table --method thesis",
        "compare xen vmware --from FTP.log --size 10MB --format json",
        "compare xen vmware --from FTP.log --size 10MB --format csv --margin 1ms",
        "compare xen vmware --from FTP.log --format markdown",
        "compare xen vmware --from FTP.log --format markdown --method thesis",
        "compare xen vmware --from FTP.log --format latex --margin 0.5%",
        "compare baseline-tap100 full-tap100 para-tap100 xenpv-tap100 --from vm.log --format table",
    ],
    "details": [
        "compare xen vmware --from FTP.log --size 10MB --format table --details",
        "compare vmware xen --from rounds.log --format table --details",
        "compare xen vmware --from rounds.log --format markdown --details --margin 1ms",
        "compare baseline xen vmware --from same.log --format table --all-pairs --all-tests",
        "compare baseline xen vmware --from same.log --format csv --all-pairs --details",
        "compare --aa --from rounds.log --format table",
        "compare xen --aa --from rounds.log --format csv",
        "compare --aa --from same.log",
        "compare --aa --from rounds.log --fail-on slower",
        "compare xen --from rounds.log",
    ],
    "plan": [
        "plan xen vmware --from FTP.log --format table",
        "plan Baseline --from same.log --format table --difference 2% --power 80%",
        "plan --from killed.log --format table",
        "plan baseline-tap100 full-tap100 --from vm.log --size 100MB --format table --margin 4ms",
        "plan --sd 2ms --mean 100ms --run-sd 3ms --inflation 2.5 --format table",
        "plan --sd 2ms --margin 0.000001ms --format table",
        "plan xen vmware --from FTP.log --size 10MB --format json",
        "plan xen vmware --from FTP.log --format csv",
        "plan --from FTP.log --size 100KB --format markdown",
        "plan --sd 2ms --margin 1ms --format latex",
        "plan --margin 5% --difference 2ms --from FTP.log",
        "plan --difference 5x --from FTP.log",
        "plan --power 30% --from FTP.log",
        "plan --sd 2ms --from FTP.log",
        "plan xen --run-sd 2ms",
        "plan --sd 2ms",
        "plan --sd 0ms --margin 1ms",
        "plan --sd 2x",
        "plan --sd 0.002 --margin 0.001 --format csv",
        "plan --mean 100ms",
        "plan --run-sd 2ms --inflation 3 --margin 1ms",
        "plan --sd 2ms --inflation -1 --margin 1ms",
        "plan --sd 2ms --inflation much --margin 1ms",
        "plan xen Xen --from FTP.log",
        "plan kvm --from FTP.log",
        "plan FTP.log",
        "plan",
    ],
    "gate": [
        "compare xen vmware --from FTP.log --format markdown --fail-on slower",
        "compare xen vmware --from FTP.log --format markdown --fail-on slower --fail-on equivalent",
        "compare xen vmware --from FTP.log --format markdown --fail-on inconclusive",
        "compare a b --from dead-run.log --format table --fail-on slower",
        "compare a b --from dead-run.log --quiet --fail-on failures --max-failure-rate 5%",
        "compare xen vmware --from size-missing.log --format table",
        "compare xen vmware --from size-missing.log --quiet --fail-on failures --fail-on missing",
        "compare xen vmware --from FTP.log --max-failure-rate 5",
    ],
    "errors": [
        "compare xen kvm --from FTP.log",
        "compare xen FTP.log --from FTP.log",
        "compare xen Xen --from FTP.log",
        "compare xen vmware --from FTP.log --size 5KB",
        "compare xen vmware --from FTP.log --margin 5x",
        "compare xen vmware --from FTP.log --margin 0%",
        "compare xen vmware --from FTP.log --margin nan%",
        "compare xen vmware --from FTP.log --confidence 95",
        "compare xen vmware --from FTP.log --confidence 100%",
        "compare xen vmware --from FTP.log --confidence nan",
        "compare xen vmware --from FTP.log --confidence abc",
        "compare xen vmware --from FTP.log --fail-on slow",
        "compare xen vmware --from FTP.log --method guess",
        "compare xen vmware --from FTP.log --size 5XB",
        "compare xen vmware",
        "summary --store nowhere",
        "summary --from no.log",
        "summary --from '*.none'",
        "summary --from empty.log",
        "summary --from odd.log",
        "summary --from .",
        "summary --from FTP.log --source '*.log'",
        "summary --store elsewhere --from FTP.log",
        "summary --store FTP.log",
        "ingest same.log --store FTP.log",
        "summary --from FTP.log --size 10 --size 5KB",
        "summary --from FTP.log --output missing/folder.csv",
        "plot boxplot --from FTP.log --output figure.gif",
        "plot boxplot --from FTP.log --format gif",
        "plot means --from FTP.log --output figure",
        "plot means --from FTP.log --output a.png --format svg",
        "summary --from FTP.log --output s",
        "summary --from FTP.log --output s.xyz",
        "summary --from FTP.log --output s.csv --format json",
        "check missing.log --output s.csv",
    ],
    "store": [
        "ingest FTP.log same.log",
        "summary --format markdown --size 100KB",
        "summary --format markdown --size 100KB --source same.log",
        "summary --source other.log",
        "compare baseline xen --format markdown --size 100KB",
    ],
    "plot": [
        "plot boxplot --from FTP.log",
        "plot means --from FTP.log --output means.svg --confidence 0.9",
        "plot boxplot xen --from FTP.log --quiet --format pdf",
        "plot boxplot kvm --from FTP.log",
        "plot qq --from FTP.log",
        "plot qq xen --from FTP.log --quiet --format svg",
        "plot qq --from vm.log --size 100MB --output vm.pdf",
        "plot qq --from missing.log --output nothing.svg",
    ],
}


@pytest.mark.parametrize("name", SESSIONS)
def test_session(name, run, golden):
    text = ""
    for command in SESSIONS[name]:
        done = run(*shlex.split(command))
        text += f"$ ftpstats {command}\n{stable(done.stdout)}"
        text += "".join(f"2> {line}\n" for line in done.stderr.splitlines())
        text += f"[exit {done.status}]\n\n" if done.status else "\n"
    golden(name, text)


OF_OTHERS = ("storing", "width-80", "width-100", "width-140")  # of test_storing and test_widths


def test_there_is_no_golden_file_without_its_test():
    assert {path.stem for path in GOLDEN.glob("*")} == {*SESSIONS, *OF_OTHERS}
