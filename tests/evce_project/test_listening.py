"""Ports are taken before anything else, and a busy one is said with the variable to change."""

import socket

import pytest

from evce_project.listening import DEAD_PEER_MS, PortUnavailable, listen


def test_a_busy_port_is_said_with_the_variable_to_change() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortUnavailable, match=r"in use by another program.*EVCE_HTTP_PORT"):
            listen("127.0.0.1", other.getsockname()[1], "EVCE_HTTP_PORT")


def test_an_address_of_another_machine_is_said() -> None:
    with pytest.raises(PortUnavailable, match="EVCE_BIND"):
        listen("192.0.2.1", 0, "EVCE_HTTP_PORT")


def test_accepted_connections_inherit_the_limit_for_dead_peers() -> None:
    with listen("127.0.0.1", 0, "X") as listening, socket.create_connection(listening.getsockname()):
        listening.setblocking(True)
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == DEAD_PEER_MS
