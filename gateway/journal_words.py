"""What the gateway says in the journal: who was turned away, what was refused, what became of our commands."""

from django.utils.translation import gettext as _

from control.figures import number
from control.sentences import outcome_word
from gateway.protocol.calls import FENCED, SUPERSEDED, UNADDRESSED
from journal.wording import Params, fill, register, sentence


def _command_ended(params: Params) -> str:
    by = str(params.get("by") or "")
    by = _("load management") if by == "load management" else by
    asked = " ".join(filter(None, [str(params.get("asked") or ""), f"({by})" if by else ""]))
    answer = _answer(params)
    return fill(_("%(asked)s: %(answer)s"), {"asked": asked, "answer": answer}) if asked else answer


def _write_ended(params: Params) -> str:
    message = {
        "limit": _("connector %(number)s, limit %(limit)s A: %(answer)s"),
        "hold": _("connector %(number)s, at rest %(limit)s A: %(answer)s"),
        "default": _("connector %(number)s, standing limit %(limit)s A: %(answer)s"),
    }
    shown = {**params, "limit": number(params["limit_a"], 3), "answer": _answer(params)}
    return fill(message.get(str(params.get("target"))) or message["limit"], shown)


def _answer(params: Params) -> str:
    """The station's own word where it said one, and what it or we have to add."""
    why = str(params.get("why") or "")
    ours = {
        SUPERSEDED: _("superseded"),
        UNADDRESSED: _("the station could not be addressed"),
        FENCED: _("EVCE stood still"),
    }
    answer = str(params.get("status") or outcome_word(str(params.get("outcome"))))
    return f"{answer} ({ours.get(why, why)})" if why else answer


register(
    {
        "command_ended": _command_ended,
        "write_ended": _write_ended,
        "call_refused": sentence(lambda: _("%(error)s: %(why)s")),
        "station_refused": sentence(lambda: _("%(address)s was refused: %(why)s")),
        "identity_flapping": sentence(
            lambda: _("Connections with this box identity replace each other again and again: is it given twice?")
        ),
        "replaced": sentence(lambda: _("A newer socket took its place.")),
        "closed_silent": sentence(lambda: _("Nothing was heard for %(seconds)s s; the connection was closed.")),
        "closed_crowded": sentence(lambda: _("Too many calls at once; the connection was closed.")),
        "closed_flooding": sentence(lambda: _("It sends faster than it may; the connection was closed.")),
    }
)
register(
    {
        "field_missing": sentence(lambda: _("%(field)s is missing")),
        "field_no_integer": sentence(lambda: _("%(field)s is no integer")),
        "field_out_of_range": sentence(lambda: _("%(field)s is out of range")),
        "status_unknown": sentence(lambda: _("unknown status %(field)s")),
        "not_stored": sentence(lambda: _("can't be stored now")),
        "action_not_served": sentence(lambda: _("this action is not served")),
        "station_not_installed": sentence(lambda: _("the station is not installed yet")),
        "too_many_connections": sentence(lambda: _("too many connections")),
        "too_many_from_address": sentence(lambda: _("too many connections from one address")),
        "identity_missing": sentence(lambda: _("no box identity in the address")),
        "identity_too_long": sentence(lambda: _("the box identity is too long")),
        "identity_unwelcome": sentence(lambda: _("illegal or unwelcome box identity %(identity)s")),
        "other_protocol": sentence(lambda: _("speaks %(spoken)s, not %(ours)s")),
        "no_database": sentence(lambda: _("the database does not answer")),
    },
    inside=True,
)
