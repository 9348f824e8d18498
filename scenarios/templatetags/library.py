"""What the prospect of a demo is called on pages."""

from django import template

from demoforge.accounts.models import User
from scenarios.access import shown_company
from scenarios.models import Demo

register = template.Library()


@register.filter
def shown_to(demo: Demo, user: object) -> str:
    """The company, or the codename for people who may not know the company."""
    return shown_company(user, demo) if isinstance(user, User) else demo.public_name
