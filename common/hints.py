"""Hints: something changed, look. An in-process registry, and the Channels layer between processes.

A hint may be lost; whoever listens also looks by itself. Callbacks run on the thread of the sender (or of the relay)
and must be quick and thread-safe: `loop.call_soon_threadsafe` is the usual body.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.conf import settings

Callback = Callable[[dict[str, Any]], object]

log = logging.getLogger(__name__)
_callbacks: dict[str, list[Callback]] = defaultdict(list)
_guard = threading.Lock()


def listen(topic: str, callback: Callback) -> Callable[[], None]:
    """Have `callback(payload)` called for each hint of a topic; returns what ends that."""
    with _guard:
        _callbacks[topic].append(callback)
    if settings.REDIS_URL:
        _relay().start()

    def stop() -> None:
        with _guard:
            if callback in _callbacks[topic]:
                _callbacks[topic].remove(callback)

    return stop


def send(topic: str, payload: dict[str, Any]) -> None:
    """Tell all listeners of this process now, and those of other processes soon. Never raises, never blocks."""
    deliver(topic, payload)
    if settings.REDIS_URL:
        _relay().send(topic, payload)


def deliver(topic: str, payload: dict[str, Any]) -> None:
    """Tell the listeners of this process only."""
    with _guard:
        callbacks = list(_callbacks[topic])
    for callback in callbacks:
        try:
            callback(payload)
        except Exception:  # loop guard: one listener's fault is not the sender's
            log.exception("a listener of %s failed", topic)


def _relay() -> Any:
    # Only split processes pay for the import of the channel layer.
    from common.relay import relay

    return relay
