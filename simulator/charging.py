"""What a station does with its outlets: authorise, start, stop, limit, report."""

from collections.abc import Callable
from functools import partial
from math import inf

from simulator import reports
from simulator.agenda import Agenda
from simulator.car import Car
from simulator.configuration import Configuration
from simulator.outlet import PILOT_MINIMUM_MA, Outlet, Transaction
from simulator.profiles import Profile, ProfileStore
from simulator.sending import Call, Payload, Sender
from simulator.spec import StationSpec

_START_S = 1.0
"""From a plugged and authorised car to the closed contactor."""


class Charging:
    def __init__(
        self,
        spec: StationSpec,
        configuration: Configuration,
        sender: Sender,
        agenda: Agenda,
        wall: Callable[[float], float],
    ) -> None:
        self._spec = spec
        self._configuration = configuration
        self._sender = sender
        self._agenda = agenda
        self._wall = wall
        self._powered = True
        self.profiles = ProfileStore()
        self.outlets = {n: Outlet(n, outlet) for n, outlet in enumerate(spec.outlets, start=1)}

    def behave(self, spec: StationSpec, now: float) -> None:
        """So from now on."""
        self._spec = spec
        self.profiles_changed(now)

    # What people do.

    def plug(self, number: int, car: Car, now: float) -> None:
        outlet = self.outlets[number]
        if outlet.car is not None:
            raise ValueError(f"{self._spec.identity}:{number} has a car already")
        outlet.plug(car, now)
        self._expect(outlet, now)
        self.refresh(now)

    def unplug(self, number: int, now: float) -> Car | None:
        outlet = self.outlets[number]
        if outlet.transaction is not None:
            self._end(outlet, now, "EVDisconnected", None)
        car = outlet.unplug(now)
        self.refresh(now)
        return car

    def badge(self, number: int, id_tag: str, now: float) -> None:
        """A card is shown: it starts, or stops what it started."""
        outlet = self.outlets[number]
        if not self._powered:
            return
        if outlet.transaction is not None:
            if outlet.transaction.id_tag.lower() == id_tag.lower():
                self.stop(number, now, "Local", id_tag)
            return
        self.authorise(outlet, id_tag, now)

    def authorise(self, outlet: Outlet, id_tag: str, now: float) -> None:
        if self._sender.linked and self._sender.registered:
            call = Call("Authorize", lambda: {"idTag": id_tag}, partial(self._authorised, outlet, id_tag))
            self._sender.submit(call, now)
        else:
            self._authorised(outlet, id_tag, None, now)

    # What happens then.

    def accept(self, outlet: Outlet, id_tag: str, now: float) -> None:
        """This card may charge here: at once if a car is there, or when one comes in time."""
        outlet.awaited_tag = id_tag
        outlet.awaited_until = now + self._configuration.seconds("ConnectionTimeOut")
        self._agenda.at(outlet.awaited_until, self.refresh)
        self._expect(outlet, now)
        self.refresh(now)

    def stop(self, number: int, now: float, reason: str = "Local", id_tag: str | None = None) -> bool:
        """False when there is nothing to stop. The car stays plugged (Finishing)."""
        outlet = self.outlets[number]
        if outlet.transaction is None:
            return False
        self._end(outlet, now, reason, id_tag)
        self.refresh(now)
        return True

    def set_operative(self, outlet: Outlet, operative: bool, now: float) -> bool:
        """False: only once its transaction has ended."""
        outlet.retire = not operative and outlet.transaction is not None
        if outlet.retire:
            return False
        outlet.available = operative
        self._expect(outlet, now)
        return True

    def power_off(self, now: float, reason: str) -> None:
        for outlet in self.outlets.values():
            if outlet.transaction is not None:
                self._end(outlet, now, reason, None)
            outlet.cut(now)
            outlet.awaited_tag = None
            outlet.finishing = False
        self._powered = False
        if self._spec.volatile_profiles:
            self.profiles.clear()

    def power_on(self, now: float) -> None:
        self._powered = True
        for outlet in self.outlets.values():
            self._expect(outlet, now)

    def profiles_changed(self, now: float) -> None:
        """Also after a step of the clock."""
        for outlet in self.outlets.values():
            outlet.limit_until = -inf
        self.refresh(now)

    def sampling_changed(self, now: float) -> None:
        for outlet in self.outlets.values():
            if outlet.transaction is not None:
                self._sample_from(outlet, now)

    def forget_reports(self) -> None:
        for outlet in self.outlets.values():
            outlet.reported = None

    # The course of things.

    def next_at(self) -> float:
        return min(outlet.next_at() for outlet in self.outlets.values())

    def refresh(self, now: float) -> None:
        """Bring cars, offers and reported states up to now."""
        if not self._powered:
            return
        for outlet in self.outlets.values():
            if outlet.car is not None:
                outlet.car.advance(now)
            outlet.offer(self._offer_ma(outlet, now), now)
            if self._sender.registered and self._sender.linked:
                word = outlet.status(now)
                if word != outlet.reported:
                    outlet.reported = word
                    self.report_status(outlet.number, word, now)

    def report_status(self, number: int, word: str, now: float) -> None:
        wall_s = self._wall(now)
        call = Call("StatusNotification", lambda: reports.status(number, word, wall_s), partial(self._told, number))
        self._sender.submit(call, now)

    def report_values(self, outlet: Outlet, now: float) -> None:
        transaction = outlet.transaction
        value = reports.meter_value(outlet, self._configuration.measurands, now, self._wall(now), self._spec)
        if not value["sampledValue"]:
            return
        call = Call("MeterValues", partial(reports.meter_values, outlet, transaction, value))
        if transaction is not None:
            self._sender.keep(call, now)
        else:
            self._sender.submit(call, now)

    def limit_ma(self, outlet: Outlet, wall_s: float, began_s: float | None) -> tuple[int, float]:
        """(what outlet, profiles and the station's own maximum leave it, until when)."""
        limit, until = self.profiles.limit(outlet.number, wall_s, began_s)
        total, total_until = self.profiles.station_limit(wall_s)
        rating = outlet.most_ma
        if total is not None:
            active = sum(o.transaction is not None for o in self.outlets.values())
            rating = min(rating, total // max(active, 1))
        return (rating if limit is None else min(limit, rating)), min(until, total_until)

    def _offer_ma(self, outlet: Outlet, now: float) -> int:
        transaction = outlet.transaction
        if transaction is None:
            return 0
        if transaction.refused or self._spec.ignores_limits:
            outlet.limit_until = inf
            return 0 if transaction.refused else outlet.most_ma
        if now >= outlet.limit_until:
            wall_s = self._wall(now)
            limit, until = self.limit_ma(outlet, wall_s, wall_s - (now - transaction.began_at))
            outlet.limit_ma = limit
            # A millisecond at least: the two clocks round differently.
            outlet.limit_until = max(now + (until - wall_s), now + 1e-3)
        if 0 < outlet.limit_ma < PILOT_MINIMUM_MA:
            return PILOT_MINIMUM_MA if self._spec.clamps_up else 0
        return outlet.limit_ma

    def _expect(self, outlet: Outlet, now: float) -> None:
        """A car may start here soon: it is plugged, and its card is known or none is needed."""
        awaited = outlet.awaited_tag is not None and now < outlet.awaited_until
        if outlet.car is not None and (awaited or self._spec.auto_start):
            self._agenda.at(now + _START_S, partial(self._start_if_ready, outlet, outlet.car))

    def _start_if_ready(self, outlet: Outlet, car: Car, now: float) -> None:
        if outlet.car is not car or outlet.transaction is not None or outlet.finishing or not outlet.available:
            return
        if outlet.awaited_tag is not None and now < outlet.awaited_until:
            self._start(outlet, outlet.awaited_tag, now)
        elif self._spec.auto_start:
            self._start(outlet, self._spec.auto_id_tag, now)

    def _start(self, outlet: Outlet, id_tag: str, now: float) -> None:
        transaction = Transaction(id_tag, now, self._wall(now), outlet.register_wh(now))
        outlet.transaction = transaction
        outlet.awaited_tag = None
        if outlet.awaited_profile is not None:
            self.profiles.install(outlet.awaited_profile)
            outlet.awaited_profile = None
        build = partial(reports.start, outlet, transaction)
        self._sender.keep(Call("StartTransaction", build, partial(self._started, outlet, transaction)), now)
        self._sample_from(outlet, now)
        self.profiles_changed(now)

    def _started(self, outlet: Outlet, transaction: Transaction, answer: Payload | None, now: float) -> None:
        transaction.id = -1 if answer is None else int(answer["transactionId"])
        if answer is None or _accepted(answer) or outlet.transaction is not transaction:
            return
        if self._configuration.flag("StopTransactionOnInvalidId"):
            self.stop(outlet.number, now, "DeAuthorized")
        else:
            transaction.refused = True
            self.refresh(now)

    def _end(self, outlet: Outlet, now: float, reason: str, id_tag: str | None) -> None:
        transaction = outlet.transaction
        assert transaction is not None
        meter_wh, wall_s = outlet.register_wh(now), self._wall(now)
        outlet.transaction = None
        outlet.cut(now)
        outlet.finishing = outlet.car is not None
        if outlet.retire:
            outlet.available, outlet.retire = False, False
        self.profiles.end_transaction(outlet.number)
        for other in self.outlets.values():
            other.limit_until = -inf
        build = partial(reports.stop, transaction, meter_wh, wall_s, reason, id_tag)
        self._sender.keep(Call("StopTransaction", build), now)

    def _authorised(self, outlet: Outlet, id_tag: str, answer: Payload | None, now: float) -> None:
        """No answer: the station decides by itself, as when it is offline."""
        if not self._powered:
            return
        known = self._configuration.flag("AllowOfflineTxForUnknownId") if answer is None else _accepted(answer)
        if known and outlet.transaction is None:
            self.accept(outlet, id_tag, now)

    def _told(self, number: int, answer: Payload | None, _now: float) -> None:
        if answer is None and number in self.outlets:
            self.outlets[number].reported = None

    def _sample_from(self, outlet: Outlet, now: float) -> None:
        outlet.sample_round += 1
        interval_s = self._configuration.seconds("MeterValueSampleInterval")
        if interval_s > 0:
            self._agenda.at(now + interval_s, partial(self._sample, outlet, outlet.sample_round))

    def _sample(self, outlet: Outlet, sample_round: int, now: float) -> None:
        if outlet.transaction is None or outlet.sample_round != sample_round:
            return
        self.report_values(outlet, now)
        interval_s = self._configuration.seconds("MeterValueSampleInterval")
        self._agenda.at(now + interval_s, partial(self._sample, outlet, sample_round))

    def remote_start(self, number: int | None, id_tag: str, profile: Profile | None, now: float) -> bool:
        outlet = self._free_outlet(number)
        if outlet is None:
            return False
        outlet.awaited_profile = profile
        if self._configuration.flag("AuthorizeRemoteTxRequests"):
            self.authorise(outlet, id_tag, now)
        else:
            self.accept(outlet, id_tag, now)
        return True

    def outlet_of(self, transaction_id: int) -> Outlet | None:
        for outlet in self.outlets.values():
            if outlet.transaction is not None and outlet.transaction.id == transaction_id:
                return outlet
        return None

    def _free_outlet(self, number: int | None) -> Outlet | None:
        free = [o for o in self.outlets.values() if o.available and not o.finishing and o.transaction is None]
        if number is not None:
            free = [o for o in free if o.number == number]
        return max(free, key=lambda o: o.car is not None, default=None)


def _accepted(answer: Payload) -> bool:
    return bool(answer.get("idTagInfo", {}).get("status") == "Accepted")
