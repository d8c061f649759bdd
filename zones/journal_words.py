"""What is said of the configuration, and of limits on zones, in the journal."""

from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from journal.wording import Params, fill, register, sentence, spoken
from zones.figures import ampere


def _word(params: Params) -> str:
    """A word of ours, as the catalogue knows it: the name of a field, of a choice, of a kind of row."""
    return _(str(params["word"])) if params["word"] else ""


def _label(params: Params) -> str:
    return capfirst(_word(params))


def _current(params: Params) -> str:
    return ampere(Decimal(str(params["current_a"])))


def _several(params: Params) -> str:
    return ", ".join(map(spoken, params.get("values") or []))


def _configuration_set(params: Params) -> str:
    return fill(_("%(what)s was set by %(user)s. %(changes)s"), params).strip()


def _limit(params: Params) -> str:
    """As `zones.models.Reduction` is called."""
    figures = [f"{params['quotient_pct']} %"] if params.get("quotient_pct") is not None else []
    figures += [f"{_current({'current_a': params['max_a']})} A"] if params.get("max_a") is not None else []
    return fill(_("%(zone)s: %(figures)s (%(source)s)"), {**params, "figures": ", ".join(figures)})


register(
    {
        "configuration_set": _configuration_set,
        "configuration_deleted": sentence(lambda: _("%(what)s was deleted by %(user)s.")),
        "zones_of_periods": sentence(lambda: _("The zones of %(what)s were set by %(user)s.")),
        "limit_set": sentence(lambda: _("Limit set: %(limit)s, until %(until)s.")),
        "limit_released": sentence(lambda: _("Limit released: %(limit)s.")),
        "limit_expired": sentence(lambda: _("Limit expired: %(limit)s.")),
    }
)
register(
    {
        "word": _word,
        "label": _label,
        "current": _current,
        "several": _several,
        "row": sentence(lambda: _("%(kind)s “%(name)s”")),
        "change": sentence(lambda: _("%(label)s: %(before)s → %(after)s")),
        "changes_in": lambda params: f"{params['row']} ({_several({'values': params['changes']})})",
        "zone_limit": _limit,
    },
    inside=True,
)
