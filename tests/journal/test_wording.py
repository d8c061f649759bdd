"""Entries in the language of who reads them, searched in it, and kept through migrations."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from journal import services, wording
from journal.models import Entry
from journal.records import Line, Said
from journal.selectors import entries

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LOST = Said("station_lost")
LIMITED = {"limit_a": 11.5, "zone": "Roof", "line": "L1", "effective_a": 20.0, "max_a": 20.0, "sharing": 2}
CHANGED = Said(
    "setpoint_changed",
    {"from_a": 32.0, "to_a": 11.5, "reason": "limited", **{f"reason_{name}": value for name, value in LIMITED.items()}},
)


def written(message: str | Said, device: str = "CP-1", zone: str = "") -> Entry:
    services.write_entries([Line("load", "x", device, message, NOON, zone)])
    return Entry.objects.latest("pk")


def read(entry: Entry, language: str) -> str:
    with translation.override(language):
        return entry.words


def test_everybody_reads_an_entry_in_their_own_language() -> None:
    entry = written(Said("put_back", {"number": 2, "by": "olivia"}))
    assert read(entry, "en") == "Connector 2 is put back into service by olivia."
    assert read(entry, "fr") == "Le connecteur 2 est remis en service par olivia."


def test_the_stored_message_is_english_whoever_writes() -> None:
    with translation.override("fr"):
        entry = written(CHANGED)
    assert entry.message.startswith("Setpoint from 32 to 11.5 A. Limited to 11.5 A by zone Roof")


def test_what_is_said_inside_a_sentence_is_translated_too() -> None:
    assert "Limitée à 11,5 A par la zone Roof" in read(written(CHANGED), "fr")
    refused = written(Said("call_refused", {"error": "TypeError", "why": Said("field_missing", {"field": "idTag"})}))
    assert read(refused, "fr") == "TypeError : idTag manque"


@pytest.mark.parametrize(
    ("code", "params"), [(None, None), ("from_tomorrow", {"a": 1}), ("write_ended", {}), ("zone_limit", None)]
)
def test_an_entry_that_nobody_has_words_for_shows_what_was_stored(code: str | None, params: Any) -> None:
    entry = Entry.objects.create(kind="load", message="As it was.", code=code, params=params)
    assert read(entry, "fr") == "As it was."


def test_what_no_database_takes_is_kept_all_the_same() -> None:
    entry = written(Said("put_back", {"number": float("nan"), "by": "\ud800\x00x"}))
    entry.refresh_from_db()
    assert read(entry, "en").isprintable()
    assert read(entry, "en") == "Connector – is put back into service by \ufffd\ufffdx."


def test_a_message_of_a_huge_change_is_kept_without_what_it_is_made_of() -> None:
    entry = written(Said("configuration_set", {"what": "x", "user": "ada", "changes": ["y" * 3_000] * 9}))
    assert (entry.code, len(entry.message)) == (None, 4_000)


def test_each_code_that_is_said_somewhere_has_words() -> None:
    said = set()
    for path in ROOT.glob("*/**/*.py"):
        if path.relative_to(ROOT).parts[0] not in ("tests", ".venv", "node_modules", "bench"):
            text = path.read_text()
            said |= set(re.findall(r"\b(?:Said|Refused)\(\s*\"(\w+)\"", text))
            said |= set(re.findall(r"\b(?:Refusal|FieldError)\(\s*[\w.]+, \"(\w+)\"", text))
    assert len(said) > 40
    assert said - wording.known() == set()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "setpoint FROM 32"),
        ("en", "11.5 A"),
        ("en", "cp-1 roof"),
        ("fr", "Consigne de 32 à 11,5"),
        ("fr", "limitée par la zone Roof"),
        ("fr", "setpoint"),
        ("fr", "  "),
    ],
)
def test_a_search_finds_the_words_on_the_page(language: str, text: str) -> None:
    wanted = written(CHANGED, zone="Roof")
    with translation.override(language):
        assert wanted in entries(text=text)


@pytest.mark.parametrize(("language", "text"), [("en", "consigne"), ("fr", "consigne 77"), ("fr", "déconnectée roof")])
def test_a_search_leaves_out_what_lacks_one_of_its_words(language: str, text: str) -> None:
    written(CHANGED, zone="Roof")
    written(LOST)
    with translation.override(language):
        assert list(entries(text=text)) == []


def test_a_search_in_french_tells_sentences_apart() -> None:
    written(CHANGED, zone="Roof")
    lost = written(LOST)
    with translation.override("fr"):
        assert list(entries(text="borne déconnectée")) == [lost]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="elsewhere a column with a default costs nothing")
def test_the_migration_writes_no_row_of_a_long_journal() -> None:
    said = StringIO()
    call_command("sqlmigrate", "journal", "0002", stdout=said)
    assert said.getvalue().count("ADD COLUMN") == 2
    assert "INSERT" not in said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_entries_from_before_are_there_after_the_migration() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("journal", "0001_initial")])
    before = executor.loader.project_state([("journal", "0001_initial")]).apps.get_model("journal", "Entry")
    pk = before.objects.create(kind="load", device="CP-1", message="Setpoint 16 A.", at=NOON).pk
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    entry = Entry.objects.get(pk=pk)
    assert (entry.at, entry.device, read(entry, "fr")) == (NOON, "CP-1", "Setpoint 16 A.")


SAID_BY_EACH = [
    (
        Said(
            "write_ended", {"number": 2, "target": "limit", "limit_a": 11.5, "outcome": "timeout", "why": "superseded"}
        ),
        "connector 2, limit 11.5 A: not answered (superseded)",
        "connecteur 2, limite 11,5 A : restée sans réponse (remplacée par une plus récente)",
    ),
    (
        Said("command_ended", {"asked": "type Soft", "by": "load management", "status": "Accepted"}),
        "type Soft (load management): Accepted",
        "type Soft (gestion de la charge) : Accepted",
    ),
    (
        Said("station_refused", {"address": "10.0.0.9", "why": Said("identity_missing")}),
        "10.0.0.9 was refused: no box identity in the address",
        "10.0.0.9 a été refusée : pas d’identité de borne dans l’adresse",
    ),
    (
        Said(
            "limit_released", {"limit": Said("zone_limit", {"zone": "Roof", "source": "BMS", "max_a": Decimal("12.5")})}
        ),
        "Limit released: Roof: 12.5 A (BMS).",
        "Limite levée : Roof : 12,5 A (BMS).",
    ),
    (
        Said("user_changed", {"by": "ada", "name": "otto", "role": "operator"}),
        "ada changed the user otto (Operator).",
        "ada a modifié l’utilisateur otto (Opérateur).",
    ),
    (
        Said("users_deleted", {"by": "ada", "names": ["otto", "emil"]}),
        "ada deleted the users otto, emil.",
        "ada a supprimé les utilisateurs otto, emil.",
    ),
    (
        Said("station_installed", {"count": 1, "by": "ada"}),
        "Installed with 1 connector. By ada.",
        "Installée avec 1 connecteur. Par ada.",
    ),
    (
        Said(
            "limits_learned",
            {"told": [Said("limit_form", {"target": "hold", "form": "x/0/A"}), Said("takes_standing_only")]},
        ),
        "Limits it takes: hold: x/0/A; takes standing limits only: its setpoint is at most its degraded current.",
        (
            "Limites acceptées : au repos x/0/A; n’accepte que des limites permanentes : sa consigne est au plus "
            "son courant dégradé."
        ),
    ),
    (
        Said("end_estimated", {"number": 7, "sign": "boot"}),
        "Transaction 7: no stop came before the station restarted; its end is estimated.",
        "Transaction 7 : aucun arrêt reçu avant le redémarrage de la borne ; sa fin est estimée.",
    ),
    (
        Said("site_loaded", {"zones": 1, "stations": 0}),
        "A site file was loaded: 1 zone, 0 stations.",
        "Un fichier de site a été chargé : 1 zone, 0 borne.",
    ),
]


@pytest.mark.parametrize(("said", "english", "french"), SAID_BY_EACH, ids=lambda value: getattr(value, "code", ""))
def test_each_part_of_evce_is_read_in_both_languages(said: Said, english: str, french: str) -> None:
    entry = written(said)
    entry.refresh_from_db()
    assert (entry.message, read(entry, "en"), read(entry, "fr")) == (english, english, french)
