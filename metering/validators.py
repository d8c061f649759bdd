"""What may stand as the address of a meter."""

import re
from ipaddress import ip_address

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")


def validate_host(value: str) -> None:
    """An IPv4 or IPv6 address, or a host name."""
    try:
        ip_address(value)
    except ValueError:
        labels = value.removesuffix(".").split(".")
        numeric = all(label.isdigit() for label in labels)
        if numeric or not all(_LABEL.fullmatch(label) for label in labels):
            raise ValidationError(_("Enter an IP address or a host name, without port or spaces.")) from None
