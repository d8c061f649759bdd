"""S14: what controls runs on a clock that never steps."""

import time

import pytest

from common import clock


@pytest.mark.parametrize("step_s", [-365 * 86_400, 365 * 86_400])
def test_control_does_not_notice_a_step_of_the_wall_clock(monkeypatch: pytest.MonkeyPatch, step_s: int) -> None:
    before = clock.monotonic()
    stepped = time.time() + step_s
    monkeypatch.setattr(time, "time", lambda: stepped)
    assert 0 <= clock.monotonic() - before < 60
