"""The words of the engine's codes, in the active language (ENE-21): reasons, journal entries, alarms."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from control.figures import UNKNOWN, Figures, duration, figures
from engine.reasons import ReasonCode
from journal.wording import words
from zones.sources import spoken

Params = Mapping[str, Any]


def sentence(reason: Mapping[str, Any], *, vip: bool = False) -> str:
    """`{"code", "params"}` of the site document in words. `vip`: the session is served before others (ENE-12).

    Parameters are text, numbers or None. Sites repeat themselves: sentences are kept.
    """
    return _sentence(get_language(), str(reason.get("code", "")), tuple((reason.get("params") or {}).items()), vip)


@lru_cache(maxsize=8192)
def _sentence(language: str | None, code: str, params: tuple[tuple[str, Any], ...], vip: bool) -> str:
    """`language` is the active one."""
    word = REASONS.get(code)
    said = [_("Reason: %(code)s.") % {"code": code} if word is None else word(dict(params))]
    if vip and code in _SERVED:
        said.append(_("VIP: served before the others."))
    return " ".join(said)


def event_sentence(code: str, params: Params) -> str:
    """An entry or alarm in words: of `engine.commands`, or of others that have some for it (`journal.wording`).

    An unknown code is shown with its figures.
    """
    word = EVENTS.get(code)
    if word is not None:
        return word(params)
    shown = ", ".join(f"{name}: {_plain(value, figures())}" for name, value in params.items())
    name = code.replace("_", " ").capitalize()
    return words(code, params, otherwise=f"{name} ({shown})" if shown else name)


def _plain(value: object, active: Figures) -> str:
    return active.number(value) if isinstance(value, int | float) else UNKNOWN if value is None else str(value)


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return UNKNOWN


def _fill(message: str, params: Params) -> str:
    """Every parameter as text; ampere are named without their `_a`."""
    active = figures()
    return message % _Known((name.removesuffix("_a"), _plain(value, active)) for name, value in params.items())


def _limited(params: Params) -> str:
    sharing = int(params.get("sharing") or 1)
    if params.get("local_a") is not None:
        main = ngettext(
            "Limited to %(limit)s A by zone %(zone)s, phase %(line)s, which has local production only: %(local)s A.",
            "Limited to %(limit)s A by zone %(zone)s, phase %(line)s, which has local production only: "
            "%(sharing)s cars share %(local)s A.",
            sharing,
        )
        return " ".join([_fill(main, params), *_kept(params)])
    if (params.get("building_a") or 0) > 0:
        main = ngettext(
            "Limited to %(limit)s A by zone %(zone)s, phase %(line)s: other loads use %(building)s of %(effective)s A, "
            "this car may take the rest.",
            "Limited to %(limit)s A by zone %(zone)s, phase %(line)s: other loads use %(building)s of %(effective)s A, "
            "%(sharing)s cars share the rest.",
            sharing,
        )
    else:
        main = ngettext(
            "Limited to %(limit)s A by zone %(zone)s, phase %(line)s, which allows %(effective)s A.",
            "Limited to %(limit)s A by zone %(zone)s, phase %(line)s: %(sharing)s cars share %(effective)s A.",
            sharing,
        )
    return " ".join([_fill(main, params), *_reduced(params), *_margin(params), *_produced(params), *_kept(params)])


def _margin(params: Params) -> list[str]:
    if not (params.get("margin_a") or 0) > 0:
        return []
    return [_fill(_("%(margin)s A are kept as a guard margin."), params)]


def _produced(params: Params) -> list[str]:
    if not (params.get("production_a") or 0) > 0:
        return []
    return [_fill(_("Local production adds %(production)s A."), params)]


def _reduced(params: Params) -> list[str]:
    """Empty where the zone has all of its maximum current."""
    if params.get("effective_a") is None or params["effective_a"] >= (params.get("max_a") or 0):
        return []
    if not params.get("reduced_by"):
        return [_fill(_("The zone is reduced from %(max)s to %(effective)s A."), params)]
    message = _("The zone is reduced from %(max)s to %(effective)s A (%(source)s).")
    return [_fill(message, {**params, "source": spoken(str(params["reduced_by"]))})]


def _kept(params: Params) -> list[str]:
    if not (params.get("reserved_a") or 0) > 0:
        return []
    return [_fill(_("%(reserved)s A are kept for charging points that are not under control."), params)]


def _suspended(params: Params) -> str:
    message = _(
        "Paused: zone %(zone)s, phase %(line)s has no %(minimum)s A left for this car. "
        "It is number %(rank)s in line; the next review is in %(review)s."
    )
    said = _fill(message, {**params, "review": duration(params.get("next_review_s"))})
    return " ".join([said, *_scarce(params), *_kept(params)])


def _scarce(params: Params) -> list[str]:
    """What leaves a zone so little."""
    said = []
    if params.get("degraded_a") is not None:
        said.append(_fill(_("The zone's meter is lost, so all its cars share %(degraded)s A."), params))
    if params.get("local_a") is not None:
        return [*said, _fill(_("The zone has local production only: %(local)s A."), params)]
    if said:
        return [*said, *_reduced_below_degraded(params)]
    if (params.get("building_a") or 0) > 0:
        said.append(_fill(_("Other loads use %(building)s of %(effective)s A."), params))
    return [*said, *_reduced(params), *_margin(params), *_produced(params)]


def _degraded(params: Params) -> str:
    if params.get("local_a") is not None:
        message = _(
            "Limited to %(limit)s A: the meter of zone %(zone)s is lost, and all its cars share local production only: "
            "%(local)s A on phase %(line)s."
        )
        return " ".join([_fill(message, params), *_kept(params)])
    message = _(
        "Limited to %(limit)s A: the meter of zone %(zone)s is lost, so all its cars share %(degraded)s A "
        "on phase %(line)s."
    )
    return " ".join([_fill(message, params), *_reduced_below_degraded(params), *_kept(params)])


def _reduced_below_degraded(params: Params) -> list[str]:
    """Empty where the degraded setpoint would be no larger without the reduction."""
    if (params.get("effective_a") or 0) > (params.get("degraded_a") or 0):
        return []
    return _reduced(params)


def _said(message: Callable[[], str]) -> Callable[[Params], str]:
    return lambda params: _fill(message(), params)


def _system_suspended(params: Params) -> str:
    message = _("Paused: the car draws nothing, so others have its current. It is offered some again in %(wake_up)s.")
    return _fill(message, {**params, "wake_up": duration(params.get("next_wake_up_s"))})


def _wake_up(params: Params) -> str:
    message = _("The car drew nothing. %(minimum)s A are offered for %(offer)s, in case it wants to charge now.")
    return _fill(message, {**params, "offer": duration(params.get("offer_s"))})


REASONS: dict[str, Callable[[Params], str]] = {
    ReasonCode.NO_SESSION: _said(lambda: _("No car is charging.")),
    ReasonCode.AT_MAXIMUM: _said(lambda: _("Full current: %(max)s A is the most this charging point can give.")),
    ReasonCode.LIMITED: _limited,
    ReasonCode.SUSPENDED: _suspended,
    ReasonCode.OPTIMISED: _said(
        lambda: _(
            "Held to %(cap)s of %(max)s A: the car draws %(consumption)s A, and others can use the rest. It gets more "
            "as soon as it draws more."
        )
    ),
    ReasonCode.SYSTEM_SUSPENDED: _system_suspended,
    ReasonCode.WAKE_UP: _wake_up,
    ReasonCode.HELD_AT_MINIMUM: _said(
        lambda: _("The car draws nothing: it keeps the minimum of %(minimum)s A, and others can use the rest.")
    ),
    ReasonCode.BLOCKED: _said(lambda: _("The card was refused, so this session gets no current.")),
    ReasonCode.STANDING: _said(
        lambda: _(
            "%(limit)s A: the station takes only limits that outlive EVCE, so it never gets more than its degraded "
            "current of %(degraded)s A."
        )
    ),
    ReasonCode.CROWDED: _said(
        lambda: _(
            "%(limit)s A: the station takes only limits that outlive EVCE. Zone %(zone)s can bear %(degraded)s A of "
            "such limits, and other charging points have the rest."
        )
    ),
    ReasonCode.NO_ZONE: _said(lambda: _("The station is in no zone, so it gets no current.")),
    ReasonCode.FINISHING: _said(lambda: _("The session is ending; the car takes nothing any more.")),
    ReasonCode.DEGRADED: _degraded,
    ReasonCode.OFFLINE: _said(lambda: _("The station is not connected; %(reserved)s A are kept for it.")),
    ReasonCode.UNCONFIRMED: _said(
        lambda: _("The station has not confirmed its limits yet; %(reserved)s A are kept for it.")
    ),
    ReasonCode.UNMANAGED: _said(
        lambda: _("The station does not follow its limits; it counts with the %(reserved)s A that it can draw.")
    ),
    ReasonCode.CLOCK_WRONG: _said(
        lambda: _("The clock of the station is wrong, so it has its degraded current only: %(reserved)s A.")
    ),
    ReasonCode.EXPECTED: _said(lambda: _("A car is about to start; %(reserved)s A are kept for it.")),
    ReasonCode.BELOW_MINIMUM: _said(
        lambda: _("This charging point can give %(max)s A at most, less than the minimum of %(minimum)s A.")
    ),
    ReasonCode.RESERVED: _said(
        lambda: _("No car is charging. The station can start by itself, so %(reserved)s A are kept for it.")
    ),
    ReasonCode.NEVER_SEEN: _said(lambda: _("The station has never connected.")),
    ReasonCode.WAITING: _said(
        lambda: _("Rises to %(target)s A as soon as others have gone down in zone %(zone)s, phase %(line)s.")
    ),
}

_SERVED = frozenset({ReasonCode.AT_MAXIMUM, ReasonCode.LIMITED, ReasonCode.DEGRADED, ReasonCode.WAITING})


def _setpoint_changed(params: Params) -> str:
    message = _("Setpoint %(to)s A.") if params.get("from_a") is None else _("Setpoint from %(from)s to %(to)s A.")
    said = [_fill(message, params)]
    if params.get("reason"):
        figures = {n.removeprefix("reason_"): v for n, v in params.items() if n.startswith("reason_")}
        said.append(sentence({"code": params["reason"], "params": figures}))
    return " ".join(said)


def _meter_lost(params: Params) -> str:
    causes = {
        "silent": _("it does not answer"),
        "frozen": _("its values do not change while the load does"),
        "sign": _("it shows export where there was import a moment ago"),
        "wiring": _("the cars prove that its phases are swapped or its direction is wrong"),
    }
    cause = str(params.get("reason") or "")
    if not cause:
        return _("Meter lost: its zone falls back to the degraded setpoint.")
    return _("Meter lost (%(cause)s): its zone falls back to the degraded setpoint.") % {
        "cause": causes.get(cause, cause)
    }


def _reduced_event(params: Params) -> str:
    said = []
    if params.get("quotient_pct") is not None:
        said.append(_("Reduced to %(quotient_pct)s %% (%(source)s)."))
    if params.get("max_a") is not None:
        said.append(_("At most %(max)s A (%(source)s)."))
    return " ".join(_fill(message, _spoken(params)) for message in said)


def _spoken(params: Params) -> Params:
    return {**params, "source": spoken(str(params.get("source") or UNKNOWN))}


def outcome_word(outcome: str) -> str:
    """What became of a command."""
    words = {
        "accepted": _("accepted"),
        "rejected": _("rejected"),
        "error": _("answered with an error"),
        "timeout": _("not answered"),
        "lost": _("cut off by a lost connection"),
        "unsent": _("not sent"),
    }
    return words.get(outcome, outcome)


def _with_outcome(message: Callable[[], str]) -> Callable[[Params], str]:
    return lambda params: _fill(message(), {**params, "outcome": outcome_word(str(params.get("outcome") or UNKNOWN))})


def _unmanaged(params: Params) -> str:
    if params.get("outcome") is None:
        return _fill(_("The station does not follow its limits; it counts with what it can draw."), params)
    return _with_outcome(
        lambda: _("The station does not follow its limits (%(outcome)s); it counts with what it can draw.")
    )(params)


def _default_writes_used_up(params: Params) -> str:
    message = _(
        "The limits that the station keeps were written so often that its memory must rest (%(writes)s so far): "
        "raises wait, the next one for %(next)s."
    )
    return _fill(message, {**params, "next": duration(params.get("next_s"))})


def _sanctioned(params: Params) -> str:
    asked = {
        "stop": _("It goes on above its limit, so the station was asked to stop the session."),
        "disable": _("It goes on above its limit, so the station was asked to take the connector out of service."),
    }
    return asked.get(str(params.get("action"))) or _("It goes on above its limit.")


EVENTS: dict[str, Callable[[Params], str]] = {
    "setpoint_changed": _setpoint_changed,
    "meter_lost": _meter_lost,
    "meter_restored": _said(lambda: _("The meter is back; its zone is controlled by it again.")),
    "station_unmanaged": _unmanaged,
    "station_disobeys": _said(
        lambda: _("The car draws %(drawn)s A where %(allowed)s A are allowed; it counts with what it can draw.")
    ),
    "default_writes_used_up": _default_writes_used_up,
    "disobeys": _said(lambda: _("The car draws %(drawn)s A where %(allowed)s A are allowed.")),
    "sanctioned": _sanctioned,
    "counted_at": _said(lambda: _("It counts with the %(rating)s A that it can draw; others give way to it.")),
    "station_takes_less": _said(
        lambda: _(
            "The car gets %(taken)s A of the %(allowed)s A that it is allowed: the station may take ampere for watt, "
            "or have a limit of its own."
        )
    ),
    "takes_less": _said(
        lambda: _(
            "For two minutes the car got %(taken)s A of the %(allowed)s A that it is allowed: the station may take "
            "ampere for watt, or have a limit of its own."
        )
    ),
    "still_disobeys": _said(
        lambda: _(
            "Before EVCE was restarted the car drew %(drawn)s A where %(allowed)s A were allowed: it still counts with "
            "%(rating)s A."
        )
    ),
    "still_refuses": _said(
        lambda: _("Before EVCE was restarted the station did not take its limits: it still counts with %(rating)s A.")
    ),
    "obeys_again": _said(lambda: _("It keeps to its limits again.")),
    "offer_doubted": _said(
        lambda: _(
            "The station says that it offers %(offered)s A where %(allowed)s A are allowed; so much is kept for it "
            "until its car shows otherwise."
        )
    ),
    "draws_a_little_more": _said(
        lambda: _(
            "The car draws %(drawn)s A where %(allowed)s A are allowed. That is within the tolerance; the other cars "
            "leave it the difference."
        )
    ),
    "trusted": _said(lambda: _("Somebody put it back into service.")),
    "clock_wrong": _said(
        lambda: _("The clock of the station is %(skew_s)s s off; it has its degraded current until it is right.")
    ),
    "clock_right": _said(lambda: _("The clock of the station is right again.")),
    "limit_not_enforceable": _said(
        lambda: _(
            "What the zone can bear can't be kept by lowering cars alone: %(over)s A too much. Its breaker may trip."
        )
    ),
    "reduction_not_enforceable": lambda params: _fill(
        _(
            "The reduction of the zone (%(source)s) can't be kept by lowering cars alone: %(over)s A too much for it. "
            "This is not about what the zone can bear."
        ),
        _spoken(params),
    ),
    "meter_phases_swapped": _said(
        lambda: _(
            "Phases look swapped: when cars change on %(line)s the meter changes on %(shown_on)s. Check the meter's "
            "current transformers and the phases set for the stations; until then the meter is not believed."
        )
    ),
    "meter_sign_inverted": _said(
        lambda: _(
            "The direction looks inverted on %(line)s: when cars draw more the meter shows less. Check the current "
            "transformers; until then the meter is not believed."
        )
    ),
    "production_negative": _said(
        lambda: _(
            "Local production is negative on %(line)s (%(current)s A) and counts as 0 A. Check the direction of the "
            "production meter, and that nothing else hangs on it."
        )
    ),
    "reduced": _reduced_event,
    "reduction_ended": lambda params: _fill(_("No longer reduced by %(source)s."), _spoken(params)),
    "ranks_reviewed": _said(lambda: _("Priorities were reviewed.")),
    "write_failed": _with_outcome(lambda: _("A limit of %(limit)s A was %(outcome)s.")),
    "station_connected": _said(lambda: _("Station connected.")),
    "station_lost": _said(lambda: _("Station disconnected; its degraded current is kept for it.")),
    "phases_learned": _said(lambda: _("The car uses %(lines)s only.")),
    "profiles_lost": _said(
        lambda: _(
            "The station draws %(drawn)s A, more than it was ever told (%(allowed)s A): it has lost its limits. "
            "From now on it counts at its rating while it is away."
        )
    ),
    "clock_gap": _said(lambda: _("EVCE stood still for a while; every station is asked to confirm again.")),
}
