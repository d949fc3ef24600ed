"""The network: two namespaces of its own, one for the servers and one for the client, and a link between them."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

__all__ = ["CLIENT", "SERVERS", "Link", "inside", "network"]

SERVERS, CLIENT = "reenactment-servers", "reenactment-client"
Link = Literal["unshaped", "100mbit"]

_UP = f"""
ip netns add {SERVERS}
ip netns add {CLIENT}
ip link add link0 netns {SERVERS} type veth peer name link1 netns {CLIENT}
ip -n {SERVERS} link add bridge0 type bridge
ip -n {SERVERS} tuntap add dev tap0 mode tap
ip -n {SERVERS} link set link0 master bridge0
ip -n {SERVERS} link set tap0 master bridge0
ip -n {SERVERS} link set lo up
ip -n {SERVERS} link set link0 up
ip -n {SERVERS} link set tap0 up
ip -n {SERVERS} link set bridge0 up
ip -n {SERVERS} addr add 10.77.0.1/24 dev bridge0
ip -n {CLIENT} link set lo up
ip -n {CLIENT} link set link1 up
ip -n {CLIENT} addr add 10.77.0.9/24 dev link1
"""
# The guests' congestion control, whatever this host's is: a namespace may not set its own, but for a route.
_CONGESTION = f"""
ip -n {SERVERS} route change 10.77.0.0/24 dev bridge0 proto kernel scope link src 10.77.0.1 congctl cubic
ip -n {CLIENT} route change 10.77.0.0/24 dev link1 proto kernel scope link src 10.77.0.9 congctl cubic
"""
_SHAPED = f"""
tc -n {SERVERS} qdisc add dev link0 root tbf rate 100mbit burst 16kb latency 50ms
tc -n {CLIENT} qdisc add dev link1 root tbf rate 100mbit burst 16kb latency 50ms
"""
_DOWN = f"""
ip netns delete {SERVERS}
ip netns delete {CLIENT}
"""


@contextmanager
def network(link: Link) -> Iterator[None]:
    """
    Make the network, and take it down at the end; what an earlier run that was killed has left is taken down first.

    Parameters
    ----------
    link : {"unshaped", "100mbit"}
        As fast as the host moves it, or limited in both directions.

    Raises
    ------
    CalledProcessError
        If this machine cannot make it; what it says is in `stderr`.
    """
    _take_down()
    try:
        for command in _commands(_UP, _CONGESTION, _SHAPED if link == "100mbit" else ""):
            subprocess.run(command, check=True, capture_output=True, text=True)
        yield
    finally:
        _take_down()


def _take_down() -> None:
    for command in _commands(_DOWN):
        subprocess.run(command, check=False, capture_output=True)  # there may be none


def _commands(*texts: str) -> list[list[str]]:
    return [line.split() for text in texts for line in text.strip().splitlines()]


def inside(namespace: str, command: Sequence[str]) -> list[str]:
    """Return a command as it is run in a namespace."""
    return ["ip", "netns", "exec", namespace, *command]
