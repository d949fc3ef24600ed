"""The commands of docs/cluster.md, run as they stand there, with names of this machine in place of the page's."""

import gzip
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "docs" / "cluster.md").read_text(), re.DOTALL | re.MULTILINE)
URLS, CLUSTER, CERTIFICATES = BLOCKS


@pytest.fixture
def said(bucket, objects, server, tmp_path):
    """What runs a line of the page; the bucket has a log."""
    objects("logs/FTP.log.gz", gzip.compress((ROOT / "sample_logs" / "inetutils" / "FTP.log").read_bytes()))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    options = {"shell": True, "cwd": tmp_path, "env": {**os.environ, **server, "PATH": path}}

    def begun(line):
        command = line.replace("s3://bucket", bucket).replace("10.0.0.1", "127.0.0.1").replace("8786", str(port))
        command = re.sub("^(.*)(?=dask|ftpstats)", r"\1 exec ", command, count=1)
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    return begun


def ended(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def test_the_commands_with_urls(said):
    ingested, compared, *rest = (ended(said(line)) for line in URLS.splitlines())
    assert re.search(r"/logs/FTP\.log\.gz: 900 transfers, 900 of them new$", ingested, re.MULTILINE)
    assert "equivalent" in compared
    assert rest == ["", ""]


def test_the_commands_of_a_cluster(said):
    scheduler, worker, ingest, summary = CLUSTER.splitlines()
    running = [said(f"{scheduler} --no-dashboard"), said(worker.replace("--nworkers 4", "--nworkers 1 --no-dashboard"))]
    try:
        assert re.search(r"900 transfers, 900 of them new$", ended(said(ingest)), re.MULTILINE)
        assert "Xen" in ended(said(summary))
    finally:
        for process in running:
            process.terminate()
            process.communicate()


def test_the_variables_of_certificates_are_dasks():
    lines = [*re.findall(r"^export (\w+)=(\S+)$", CERTIFICATES, re.MULTILINE)]
    code = "from distributed import Security as S; s = S(); print(s.tls_ca_file, s.tls_client_cert, s.tls_client_key)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, **dict(lines)}
    )
    assert told.stdout.split() == [value for _, value in lines]
