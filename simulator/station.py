"""A virtual OCPP 1.6J charging station: text frames in and out, no sockets, no clock of its own.

Whoever drives it calls `advance(now)` at `next_at()`, hands frames to `receive` and sends what
is in `outbox` after each call. `now` is any monotonic clock in seconds.
"""

import json
from collections import deque
from functools import partial
from random import Random
from typing import Any

from simulator import reports, timestamps
from simulator.agenda import Agenda
from simulator.answers import ANSWERS, RefusedError, SilentError
from simulator.car import Car
from simulator.charging import Charging
from simulator.configuration import Configuration
from simulator.sending import Call, Payload, Sender
from simulator.spec import StationSpec

_EPOCH_S = 946_684_800.0
"""1 January 2000: what its clock says until the first BootNotification.conf."""
_CLOCK_SLACK_S = 1.0
_BOOT_RETRY_S = 30.0


class Station:
    """`wants_link`: False while it reboots; the driver closes the socket then and connects when it is True."""

    def __init__(self, spec: StationSpec, rng: Random, *, now: float = 0.0, epoch_s: float = _EPOCH_S) -> None:
        self.spec = spec
        self.outbox: deque[str] = deque()
        self.agenda = Agenda()
        self.configuration = Configuration(spec)
        self.wants_link = True
        self._rng = rng
        self.now = now
        self._wall_shift_s = epoch_s - now
        self._clock_set_at: float | None = None
        self._booted = False
        self._link = 0
        self._beats = 0
        self._sender = Sender(self.outbox.append, self._attempts, spec.call_timeout_s)
        self.charging = Charging(spec, self.configuration, self._sender, self.agenda, self.wall)

    @property
    def identity(self) -> str:
        return self.spec.identity

    @property
    def linked(self) -> bool:
        return self._sender.linked

    @property
    def registered(self) -> bool:
        """The central system has accepted its last boot."""
        return self._sender.registered

    @property
    def backlog(self) -> int:
        """Transaction messages that wait for an answer."""
        return self._sender.backlog

    def wall(self, now: float) -> float:
        """What its own clock says."""
        gained_s = (now - (self._clock_set_at or 0.0)) * self.spec.clock_drift_pm / 1000
        return now + self._wall_shift_s + self.spec.clock_offset_s + gained_s

    def behave(self, spec: StationSpec, now: float) -> None:
        """So from now on."""
        self.advance(now)
        self.spec = spec
        self.charging.behave(spec, now)

    def shift_clock(self, by_s: float, now: float) -> None:
        """Its clock jumps (F21); the next currentTime that it takes puts it right."""
        self.advance(now)
        self._wall_shift_s += by_s
        self.charging.profiles_changed(now)

    def currents_ma(self, number: int, now: float) -> tuple[int, int, int]:
        """The true current of a connector, by terminal 1, 2, 3."""
        return self.charging.outlets[number].currents_ma(now)

    # The link.

    def connected(self, now: float) -> None:
        self.advance(now)
        self._link += 1
        self._sender.linked = True
        if not self._booted or self.spec.boots_on_reconnect:
            self.send_boot(now)
        else:
            self._sender.registered = True
            self._beat_from(now)
            self.charging.refresh(now)
            self._sender.pump(now)

    def disconnected(self, now: float) -> None:
        self.advance(now)
        self._link += 1
        self.outbox.clear()
        self._sender.lost(now)
        if self.spec.loses_profiles_offline:
            self.charging.profiles.clear()
            self.charging.profiles_changed(now)

    def receive(self, text: str, now: float) -> None:
        """One frame of the central system; what is no frame is ignored."""
        self.advance(now)
        try:
            frame = json.loads(text)
        except ValueError:
            return
        if not isinstance(frame, list) or len(frame) < 3:
            return
        kind, message_id = frame[0], str(frame[1])
        if kind == 2 and len(frame) >= 4:
            self._answer(message_id, frame[2], frame[3], now)
        elif kind == 3:
            self._sender.answered(message_id, frame[2], now)
        elif kind == 4:
            self._sender.answered(message_id, None, now)
        self.advance(now)

    # Time.

    def next_at(self) -> float:
        """When something will happen here by itself."""
        if not self.wants_link:
            return self.agenda.next_at()
        return min(self.agenda.next_at(), self._sender.next_at(), self.charging.next_at())

    def advance(self, now: float) -> None:
        while (at := self.next_at()) <= now:
            at = max(at, self.now)
            self.now = at
            self.agenda.run(at)
            if self.wants_link:
                self._sender.advance(at)
                self.charging.refresh(at)
        self.now = max(self.now, now)

    # What people do.

    def plug(self, number: int, car: Car, now: float) -> None:
        """ValueError where a car is plugged already."""
        self.advance(now)
        self.charging.plug(number, car, now)

    def unplug(self, number: int, now: float) -> Car | None:
        self.advance(now)
        return self.charging.unplug(number, now)

    def badge(self, number: int, id_tag: str, now: float) -> None:
        self.advance(now)
        self.charging.badge(number, id_tag, now)

    def stop(self, number: int, now: float) -> None:
        """Its stop button."""
        self.advance(now)
        self.charging.stop(number, now)

    def reboot(self, now: float, hard: bool) -> None:
        """Down for `boot_s`; then it connects and boots. Hard: as a power cut, nothing is announced."""
        if self.wants_link:
            self.charging.power_off(now, "PowerLoss" if hard else "SoftReset")
        self.wants_link = False
        self._booted = False
        self._link += 1
        self.outbox.clear()
        self._sender.lost(now)
        self._sender.registered = False
        if self.spec.loses_clock:
            self._wall_shift_s, self._clock_set_at = -now, None
        self.agenda.clear()
        self.agenda.at(now + self.spec.boot_s, self._power_on)

    def _power_on(self, now: float) -> None:
        self.wants_link = True
        self.charging.power_on(now)

    # Its own messages.

    def send_boot(self, now: float) -> None:
        self._sender.registered = False
        self._sender.submit(
            Call("BootNotification", partial(reports.boot, self.spec), partial(self._boot_ended, self._link)), now
        )

    def send_heartbeat(self, now: float) -> None:
        self._sender.submit(Call("Heartbeat", dict, self._set_clock), now)

    def _boot_ended(self, link: int, answer: Payload | None, now: float) -> None:
        if link != self._link:
            return
        self._set_clock(answer, now)
        interval_s = int(answer.get("interval", 0)) if answer else 0
        if answer is None or answer.get("status") != "Accepted":
            self.agenda.at(now + (interval_s or _BOOT_RETRY_S), partial(self._boot_again, link))
            return
        self._booted = True
        self._sender.registered = True
        if interval_s > 0:
            self.configuration.set_heartbeat(interval_s)
        self._beat_from(now)
        self.charging.forget_reports()
        self.charging.report_status(0, "Available", now)
        self.charging.refresh(now)

    def _boot_again(self, link: int, now: float) -> None:
        if link == self._link and not self._sender.registered:
            self.send_boot(now)

    def _set_clock(self, answer: Payload | None, now: float) -> None:
        said = timestamps.parse(answer.get("currentTime")) if answer else None
        if said is None or (self.spec.ignores_time and self._clock_set_at is not None):
            return
        if abs(said - self.wall(now) + self.spec.clock_offset_s) > _CLOCK_SLACK_S:
            self._wall_shift_s, self._clock_set_at = said - now, now
            self.charging.profiles_changed(now)

    def _beat_from(self, now: float) -> None:
        self._beats += 1
        interval_s = self.configuration.seconds("HeartbeatInterval")
        if interval_s > 0:
            self.agenda.at(now + interval_s, partial(self._beat, self._beats))

    def _beat(self, beats: int, now: float) -> None:
        if beats == self._beats and self._sender.linked:
            self.send_heartbeat(now)
            self._beat_from(now)

    def _attempts(self) -> tuple[int, float]:
        seconds = self.configuration.seconds
        return int(seconds("TransactionMessageAttempts")), seconds("TransactionMessageRetryInterval")

    # Answers.

    def _answer(self, message_id: str, action: object, payload: object, now: float) -> None:
        handler = ANSWERS.get(action) if isinstance(action, str) else None
        frame: list[Any]
        if handler is None:
            frame = [4, message_id, "NotImplemented", "", {}]
        elif not isinstance(payload, dict):
            frame = [4, message_id, "FormationViolation", "", {}]
        else:
            try:
                frame = [3, message_id, handler(self, payload, now)]
            except SilentError:
                return
            except RefusedError as refusal:
                frame = [4, message_id, str(refusal), "", {}]
            except (KeyError, TypeError, ValueError) as error:
                frame = [4, message_id, "FormationViolation", str(error), {}]
        if self.spec.drop_answers and self._rng.random() < self.spec.drop_answers:
            return
        text = json.dumps(frame)
        if self.spec.answer_delay_s:
            self.agenda.at(now + self.spec.answer_delay_s, partial(self._answer_late, self._link, text))
        else:
            self.outbox.append(text)

    def _answer_late(self, link: int, text: str, _now: float) -> None:
        if link == self._link:
            self.outbox.append(text)
