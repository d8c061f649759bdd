"""`/healthz` tells what works, and fails when control, database or polling don't."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from common import clock
from control.models import SiteDocument
from metering.models import Meter

pytestmark = pytest.mark.django_db


def publish(age_s: float = 0.0, **parts: Any) -> None:
    at = (clock.now() - timedelta(seconds=age_s)).isoformat()
    SiteDocument.objects.create(pk=1, body={"at": at, "zones": [], "counts": {}, "alarms": [], **parts})


def test_a_site_whose_control_runs_is_healthy(client: Client) -> None:
    publish()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_it_fails_before_the_first_cycle(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["control"]["note"] == "no control cycle ran yet"


def test_it_fails_when_control_has_stopped(client: Client) -> None:
    publish(age_s=60)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["control"]["cycle_age_s"] >= 60


def test_it_fails_when_meters_are_not_polled(client: Client) -> None:
    publish()
    Meter.objects.create(name="Main", model="PM5320, IEM3x5x", host="127.0.0.1", port=1502, unit=1)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert not answer.json()["worker"]["ok"]


def test_a_lost_meter_is_told_and_is_no_failure(client: Client) -> None:
    publish(zones=[{"meter": {"state": "lost"}}, {"meter": None}])
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["meters"] == {"ok": True, "answering": 0, "lost": 1, "waiting": 0}


def test_stations_and_alarms_are_counted(client: Client) -> None:
    publish(counts={"stations": 3, "online": 2, "offline": 1, "sessions": 1}, alarms=[{"code": "x"}])
    found = client.get("/healthz").json()["stations"]
    assert found == {"ok": True, "stations": 3, "online": 2, "offline": 1, "sessions": 1, "alarms": 1}


def test_it_is_open_to_a_supervisor_without_a_log_in_and_never_cached(client: Client) -> None:
    publish()
    assert "no-store" in client.get("/healthz")["Cache-Control"]


def test_every_page_carries_the_strict_content_policy(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
