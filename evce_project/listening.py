"""The sockets that EVCE listens on, opened before anything else so that a busy port is said at once."""

import errno
import socket

DEAD_PEER_MS = 20_000
BACKLOG = 1_024


class PortUnavailable(Exception):
    """The message names the port, the reason and the variable to change."""


def listen(address: str, port: int, variable: str) -> socket.socket:
    """A listening socket whose connections are dropped 20 s after their peer stopped acknowledging (F4)."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_MS)
        opened.bind((address, port))
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        raise PortUnavailable(_sentence(error, address, port, variable)) from None
    opened.setblocking(False)
    return opened


def _sentence(error: OSError, address: str, port: int, variable: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Stop it, or set {variable} to a free port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Set {variable} to a port above 1023."
    return f"Can't listen on {address} port {port}: {error.strerror}. Check EVCE_BIND and {variable}."


def hand_over(opened: socket.socket) -> str:
    """Daphne's description of a socket that is open already; from here on Daphne closes it."""
    return f"fd:fileno={opened.detach()}"
