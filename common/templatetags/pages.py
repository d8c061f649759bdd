"""Template tags of every page."""

from collections.abc import Callable

from django import template
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation.trans_real import catalog

from common.text import unbroken as text_unbroken

register = template.Library()


@register.filter(is_safe=True)
@stringfilter
def unbroken(text: str) -> str:
    """See `common.text.unbroken`."""
    return text_unbroken(text)


@register.filter
def counts_as_one(count: int) -> bool:
    """Whether the active language has the singular after this number: English after 1, French after 0 as well."""
    rule: Callable[[int], int] = catalog().plural
    return rule(count) == 0


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the local sprite (scripts/icons.txt). Decorative unless it has a label."""
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>', said, static("vendor/icons.svg"), name
    )
