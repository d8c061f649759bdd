"""Builders of users and of the pages' test client."""

from django.test import Client

from accounts.models import Role, User
from accounts.services import create_user

PASSWORD = "Quiet-Harbour-42!"


def person(name: str = "anna", role: str = Role.OPERATOR, **fields: str) -> User:
    return create_user(username=name, password=PASSWORD, role=role, **fields)


def admin(name: str = "ada") -> User:
    return person(name, Role.ADMIN)


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def first_start_fields(printed: str, **changes: str) -> dict[str, str]:
    return {
        "code": printed,
        "language": "en",
        "admin_name": "ada",
        "admin_password": PASSWORD,
        "admin_password_again": PASSWORD,
        "operator_name": "otto",
        "operator_password": PASSWORD + "x",
        "operator_password_again": PASSWORD + "x",
        "understood": "on",
        **changes,
    }
