"""ENE-13 and ENE-14 in site files: from the file to rows, to the engine, and back."""

from typing import Any

import pytest

from commissioning.configuring import site_config
from commissioning.exporting import export_site
from commissioning.loading import load_site
from commissioning.site_file import read
from commissioning.site_structure import SiteFileError
from control.loading import load_config
from engine.model import Optimisation, Suspension
from tests.commissioning.files import text, zone
from zones.models import Site

EVERY = {
    "enabled": False,
    "trigger_a": 12.5,
    "margin_a": 8,
    "gap_a": 2.5,
    "delay_s": 90,
    "suspension": "reuse",
    "wake_up_s": 1200,
}
MEANT = Optimisation(False, 12_500, 8_000, 2_500, 90.0, Suspension.REUSE, 1200.0)


def file(**keys: Any) -> str:
    return text(zone(), site={"name": "Depot", "grid": "3x400N", **keys})


@pytest.mark.django_db
def test_every_setting_reaches_the_engine_and_the_export() -> None:
    load_site(file(optimisation=EVERY))
    assert load_config().optimisation == MEANT
    assert export_site()["site"]["optimisation"] == EVERY


@pytest.mark.django_db
@pytest.mark.parametrize("keys", [{}, {"optimisation": {}}])
def test_what_a_file_leaves_out_has_its_default(keys: dict[str, Any]) -> None:
    """Also a file that was written before these settings were there."""
    Site.objects.create(pk=1, optimise=False, suspension="reuse")
    load_site(file(**keys))
    assert load_config().optimisation == Optimisation()


def test_a_day_is_simulated_with_the_settings_of_the_file() -> None:
    assert site_config(read(file(optimisation=EVERY))).optimisation == MEANT
    assert site_config(read(file())).optimisation == Optimisation()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"margin_a": 10.5}, "site.optimisation.margin_a: The margin above the consumption must not be larger"),
        ({"margin_a": 5}, "site.optimisation.gap_a: The minimum gap must be smaller"),
        ({"wake_up_s": 9}, "site.optimisation.wake_up_s: must be at least 10, not 9"),
        ({"suspension": "never"}, "site.optimisation.suspension"),
        ({"delay": 3}, "site.optimisation"),
    ],
)
def test_a_setting_that_can_not_be_is_refused_by_its_path(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(SiteFileError, match=complaint):
        read(file(optimisation=change))
