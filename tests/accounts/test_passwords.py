"""ROL-4: what a password is made of, and names that nobody may have."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.names import validate_user_name


@pytest.mark.parametrize("password", ["Abcdefghij1@", "Abcdefghij1^", "Été-à-la-Mer-2$", "abcDEF123456 &~*"])
def test_a_password_with_each_class_is_accepted(password: str) -> None:
    validate_password(password)


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("Abcdefghi1@", "at least 12"),
        ("ABCDEFGHIJ1@", "lower-case"),
        ("abcdefghij1@", "upper-case"),
        ("Abcdefghijk@", "digit"),
        ("Abcdefghij1*", "one of these characters"),
        ("Àbcdefghij1@", "upper-case"),
    ],
)
def test_a_password_without_a_class_is_refused_by_its_name(password: str, missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        validate_password(password)


def test_all_that_a_password_lacks_is_said_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password("")
    assert len(refused.value.messages) == 5


@pytest.mark.parametrize("name", ["root", "Admin", "ADMINISTRATOR", "administrateur", " admin "])
def test_a_name_that_everybody_guesses_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        validate_user_name(name)


def test_a_name_that_only_contains_one_of_them_is_allowed() -> None:
    validate_user_name("admin2")
