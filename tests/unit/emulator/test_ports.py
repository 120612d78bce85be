"""Ports for containers."""

from __future__ import annotations

import socket

from emulator import ports
from emulator.ports import Ports


def test_a_port_is_given_once_and_lies_outside_the_outgoing_range() -> None:
    pool = Ports()
    given = [pool.take() for _ in range(50)]
    assert len(set(given)) == 50
    assert all(ports.FIRST <= port <= ports.LAST < 32768 for port in given)


def test_a_port_that_is_in_use_is_not_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not ports._is_free(taken.getsockname()[1])
