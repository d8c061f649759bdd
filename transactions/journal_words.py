"""What is said of the records of transactions in the journal: ends that had to be estimated, and corrections."""

from django.utils.translation import gettext as _

from journal.wording import Params, fill, register, sentence
from transactions.closing import SIGNS


def _end_estimated(params: Params) -> str:
    sign = str(params.get("sign"))
    message = _("Transaction %(number)s: no stop came before %(sign)s; its end is estimated.")
    return fill(message, {**params, "sign": SIGNS.get(sign, sign)})


register(
    {
        "end_estimated": _end_estimated,
        "transaction_goes_on": sentence(lambda: _("Transaction %(number)s goes on: its end was only estimated.")),
        "stop_came_late": sentence(
            lambda: _("Transaction %(number)s: its stop came late; %(before)s Wh estimated, %(after)s Wh metered.")
        ),
    }
)
