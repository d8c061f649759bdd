"""UI-4, ROL-5: English and French, per user."""

import pytest
from django.test import Client

from tests.accounts.people import admin, logged_in, person

pytestmark = pytest.mark.django_db


def test_the_pages_of_a_user_are_in_their_language_whatever_the_browser_asks() -> None:
    admin()
    client = logged_in(person("paul", language="fr"))
    page = client.get("/account/password/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="fr"' in page
    assert "mot de passe" in page


def test_a_user_changes_their_language() -> None:
    admin()
    user = person("paul")
    client = logged_in(user)
    client.post("/account/language/", {"language": "fr"})
    assert 'lang="fr"' in client.get("/account/language/").content.decode()


def test_an_unknown_language_is_refused() -> None:
    admin()
    user = person("paul")
    logged_in(user).post("/account/language/", {"language": "xx"})
    user.refresh_from_db()
    assert user.language == "en"


def test_the_log_in_page_follows_the_browser_and_then_the_choice() -> None:
    admin()
    client = Client()
    assert 'lang="fr"' in client.get("/login/", headers={"Accept-Language": "fr-CH"}).content.decode()
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert 'lang="en"' in client.get("/login/", headers={"Accept-Language": "fr-CH"}).content.decode()


def test_the_language_choice_leads_to_this_site_only() -> None:
    admin()
    answer = Client().post("/language/", {"language": "fr", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/login/"
