"""The network of the thesis's re-enactment: namespaces of its own, which are taken down whatever happens."""

import os
import subprocess

import pytest

from reenactment.network import CLIENT, SERVERS, inside, network
from tests.programs import require


@pytest.fixture(autouse=True)
def as_root():
    require("ip")
    if os.geteuid() != 0:
        pytest.skip("makes network namespaces: needs root")


def namespaces():
    said = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
    return {line.split()[0] for line in said.splitlines()} & {SERVERS, CLIENT}


def reaches():
    """Whether the client reaches the servers' side, by a connection."""
    script = (
        "import socket; s = socket.create_server(('10.77.0.1', 21)); print(flush=True); s.accept()[0].send(b'220 ')"
    )
    with subprocess.Popen(inside(SERVERS, ["python3", "-c", script]), stdout=subprocess.PIPE) as server:
        server.stdout.readline()
        script = "import socket; print(socket.create_connection(('10.77.0.1', 21), 30).recv(4).decode())"
        done = subprocess.run(inside(CLIENT, ["python3", "-c", script]), check=True, capture_output=True, text=True)
    return done.stdout.strip() == "220"


@pytest.mark.parametrize(("link", "limited"), [("unshaped", False), ("100mbit", True)])
def test_client_and_servers_have_a_link_of_their_own_and_nothing_stays(link, limited):
    with network(link):
        assert namespaces() == {SERVERS, CLIENT}
        assert reaches()
        said = subprocess.run(["tc", "-n", CLIENT, "qdisc"], check=True, capture_output=True, text=True).stdout
        assert ("tbf" in said) == limited
    assert namespaces() == set()


def test_it_is_taken_down_when_what_uses_it_fails_and_what_was_left_is_replaced():
    subprocess.run(["ip", "netns", "add", CLIENT], check=True)  # as by a recording that was killed
    with pytest.raises(ZeroDivisionError), network("unshaped"):
        assert 1 / (not reaches())
    assert namespaces() == set()
