"""What is said of stations in the journal: how they came, moved and left, and what their answers taught."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from journal.wording import Params, Word, fill, register, sentence


def _by(message: Callable[[], str]) -> Word:
    """And who did it, where a person did."""

    def said(params: Params) -> str:
        done = fill(message(), params)
        by = params.get("by")
        return fill(_("%(message)s By %(user)s."), {"message": done, "user": by}) if by else done

    return said


def _installed(params: Params) -> str:
    count = int(params.get("count") or 0)
    message = ngettext("Installed with %(count)s connector.", "Installed with %(count)s connectors.", count)
    return _by(lambda: message)(params)


def _moved(params: Params) -> str:
    return _by(lambda: _("Moved to %(zone)s."))({**params, "zone": params.get("zone") or _("no zone")})


def _limits_forgotten(params: Params) -> str:
    said = _("Forgot which forms of limits it takes.")
    return f"{said} ({params['by']})" if params.get("by") else said


def _limit_form(params: Params) -> str:
    """`target` is a value of `engine.commands.Target`."""
    targets = {
        "default": pgettext("limits of a station", "default"),
        "hold": pgettext("limits of a station", "hold"),
        "limit": pgettext("limits of a station", "limit"),
    }
    target = str(params.get("target"))
    return fill(_("%(target)s: %(form)s"), {**params, "target": targets.get(target, target)})


register(
    {
        "station_detected": sentence(lambda: _("An unknown station called; an administrator can install it.")),
        "too_many_detected": sentence(
            lambda: _(
                "More than %(limit)s unknown stations called: those that have not called for longest are forgotten."
            )
        ),
        "station_installed": _installed,
        "station_moved": _moved,
        "station_deleted": _by(lambda: _("Deleted.")),
        "limits_learned": sentence(lambda: _("Limits it takes: %(told)s.")),
        "limits_forgotten": _limits_forgotten,
    }
)
register(
    {
        "limit_form": _limit_form,
        "takes_standing_only": sentence(
            lambda: _("takes standing limits only: its setpoint is at most its degraded current")
        ),
        "cannot_hold": sentence(
            lambda: _("can't be held at 0 A while idle: its degraded current is always kept for it")
        ),
        "last_refusal": sentence(lambda: _("last refusal: %(words)s")),
    },
    inside=True,
)
