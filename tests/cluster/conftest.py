"""An object store of this machine, moto's server, which speaks S3's protocol; and two workers of Dask."""

import logging
import os
import pickle
from contextlib import contextmanager
from itertools import count

import dask
import fsspec
import pytest
from distributed import LocalCluster
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from ftpstats.places import place
from ftpstats.workers import Crew

KEY, SECRET = "AKIDEXAMPLE00000TEST", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NUMBERS = count()


@pytest.fixture(scope="module")  # what is open at the end of a module is seen by tests of what others leave open
def server():
    S3FileSystem.clear_instance_cache()  # they would ask the server of the module before
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    settings = {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }
    before = dict(os.environ)
    os.environ.update(settings)
    yield settings
    os.environ.clear()
    os.environ.update(before)
    running.stop()


@pytest.fixture
def bucket(server):
    """The URL of a bucket in which nothing is yet."""
    url = f"s3://bucket{next(NUMBERS)}"
    fsspec.filesystem("s3").mkdir(url)
    return url


@pytest.fixture
def objects(bucket):
    """What puts a file of this machine, or text, into the bucket, and returns its URL."""

    def put(name, content):
        where = place(f"{bucket}/{name}")
        where.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(where)

    return put


@pytest.fixture(scope="module")
def scheduler(server):
    """The address of a scheduler with two workers of one thread."""
    with two_workers() as address:
        yield address


@pytest.fixture
def doomed(server):
    """The address of a scheduler of the test's own, whose workers may be killed."""
    with two_workers() as address:
        yield address


@contextmanager
def two_workers():
    options = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": logging.CRITICAL}
    settings = {
        "distributed.nanny.pre-spawn-environ": {"POLARS_MAX_THREADS": "1"},
        "distributed.scheduler.allowed-failures": 20,  # the same task may meet many kills
    }
    with dask.config.set(settings), LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def travels(monkeypatch):
    """What is sent to workers, as (work, bytes of its arguments), and the bytes of what comes back."""
    sent, back = [], []
    real = Crew.each

    def each(crew, work, tasks):
        sent.extend((work, len(pickle.dumps(task))) for task in tasks)
        for done in real(crew, work, tasks):
            back.append(len(pickle.dumps(done.result)))
            yield done

    monkeypatch.setattr(Crew, "each", each)
    return sent, back
