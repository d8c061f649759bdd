"""The first start: nobody can log in yet, so whoever reads the console's one-time code makes the first users."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.crypto import constant_time_compare

from accounts import throttle
from accounts.models import FirstStart, Role, User
from common import clock

CODE_FILE = "first-start-code"
# Without letters and digits that look alike on a console.
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_LENGTH = 10


def is_open() -> bool:
    """True until the first users exist; then never again."""
    return not User.objects.filter(role=Role.ADMIN).exists() and not FirstStart.objects.exists()


def code_path() -> Path:
    return Path(settings.DATA_DIR) / CODE_FILE


def ensure_code() -> str | None:
    """The one-time code to print, kept in the data directory (0600) across restarts; None once users exist."""
    if not is_open():
        forget_code()
        return None
    if code := _read():
        return code
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    code = f"{letters[:5]}-{letters[5:]}"
    # The name is taken only by a whole file: two processes that start together keep one code.
    draft = code_path().with_name(f"{CODE_FILE}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(code + "\n")
    try:
        os.link(draft, code_path())
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read()


def forget_code() -> None:
    code_path().unlink(missing_ok=True)


def check_code(*, given: str, address: str) -> bool:
    """Compares in constant time; spaces, dashes and case do not matter. Wrong ones are throttled by address."""
    key = throttle.key_of("first-start", "", address)
    if not throttle.admit(key, clock.now()):
        return False
    code = _read()
    if code is None or not constant_time_compare(_plain(given), _plain(code)):
        return False
    throttle.forgive(key)
    return True


def wait_s(address: str) -> int:
    return throttle.wait_s(throttle.key_of("first-start", "", address), clock.now())


def _plain(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _read() -> str | None:
    try:
        return code_path().read_text().strip() or None
    except FileNotFoundError:
        return None
