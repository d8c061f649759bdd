"""The live page with 250 stations: server time, size, and its diffs, against a Django template per row.

python bench/page.py [stations]
"""

import gzip
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evce_project.settings")
DATA = tempfile.TemporaryDirectory(prefix="evce-bench-")
os.environ["EVCE_DATA_DIR"] = DATA.name
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402  # after the environment is set

django.setup()

from django.core.management import call_command  # noqa: E402  # needs Django
from django.template import Context, Template  # noqa: E402  # needs Django
from django.test import override_settings  # noqa: E402  # needs Django

from common import clock  # noqa: E402  # needs Django
from dashboard.page import connector_rows  # noqa: E402  # needs Django
from dashboard.sheet import changes, draw  # noqa: E402  # needs Django
from tests.dashboard import documents as build  # noqa: E402  # needs Django
from tests.dashboard import people  # noqa: E402  # needs Django

ROUNDS = 15
NAIVE = Template(
    """{% load i18n %}{% for c in connectors %}<tr data-row="c{{ c.id }}"><th>{{ c.station }}/{{ c.number }}</th>
<td>{{ c.status }}</td><td>{{ c.setpoint_a|floatformat:1 }} A</td><td>{{ c.confirmed_a|floatformat:1 }} A</td>
<td>{% for current in c.measured_a %}<span>{{ current|floatformat:1 }}</span>{% endfor %}</td>
<td>{{ c.entitled_a|floatformat:1 }} A</td><td>{{ c.degraded_a|floatformat:1 }} A</td>
<td>{{ c.session.id_tag }}</td><td>{{ c.session.energy_wh|floatformat:1 }}</td><td>{{ c.session.charging_s }}</td>
<td>{% if c.reason.code == "limited" %}{% blocktranslate trimmed with zone=c.reason.params.zone %}
Limited by zone {{ zone }}{% endblocktranslate %}{% else %}{{ c.reason.code }}{% endif %}</td></tr>
{% endfor %}"""
)


def main() -> None:
    stations = int(sys.argv[1]) if len(sys.argv) > 1 else 250
    document = build.big_document(stations)
    sheet = draw(document)
    later = _moved(document)
    after = draw(later, sheet)
    diff = json.dumps(changes(sheet, after), ensure_ascii=False, separators=(",", ":")).encode()
    naive_ms = _median_ms(lambda: NAIVE.render(Context({"connectors": document["connectors"]})))
    drawn_ms = _median_ms(lambda: draw(document))
    rows_ms = _median_ms(lambda: connector_rows(sheet.connectors.values()))
    redrawn_ms = _median_ms(lambda: changes(sheet, draw(later, sheet)))
    page, page_ms = _page(document)

    print(f"{stations} stations, {len(document['zones'])} zones; medians of {ROUNDS}")
    print(f"  baseline: Django template, one row each     {naive_ms:8.2f} ms")
    print(f"  our rows: document to cells                 {drawn_ms:8.2f} ms")
    print(f"  our rows: cells to HTML                     {rows_ms:8.2f} ms")
    print(f"  our rows to the baseline's                  {(drawn_ms + rows_ms) / naive_ms:8.2f} x")
    print(f"  whole request, with middleware and database {page_ms:8.2f} ms")
    print(f"  page {len(page) / 1000:.0f} kB, gzip {len(gzip.compress(page, 6)) / 1000:.1f} kB")
    print(f"  diff of 10 % changed rows                   {redrawn_ms:8.2f} ms, {len(diff) / 1000:.2f} kB")
    print(f"  diff to the whole page                      {len(diff) / len(page):8.4f} x in bytes")


def _moved(document: build.Document) -> build.Document:
    """Every tenth connector measures something else."""
    connectors = [
        {**c, "measured_a": [14.1, 14.2, 14.3]} if n % 10 == 0 else dict(c)
        for n, c in enumerate(document["connectors"])
    ]
    return {**document, "seq": document["seq"] + 1, "connectors": connectors}


def _page(document: build.Document) -> tuple[bytes, float]:
    call_command("migrate", verbosity=0)
    now = clock.now().isoformat(timespec="seconds")
    people.publish({**document, "at": now})
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        client = people.client_of()
        pages: list[bytes] = []
        spent_ms = _median_ms(lambda: pages.append(client.get("/").content))
    return pages[-1], spent_ms


def _median_ms(work: Callable[[], object]) -> float:
    work()
    spent = []
    for _ in range(ROUNDS):
        began = clock.monotonic()
        work()
        spent.append((clock.monotonic() - began) * 1000)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
