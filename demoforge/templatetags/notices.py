"""How many notices somebody has not read, for the navigation of every page."""

from django import template

from demoforge.accounts.models import User
from demoforge.accounts.notices import COUNTED, unread_count

register = template.Library()
ASKED = "_unread_notices"  # on the person of this request: the navigation stands on a page twice


@register.simple_tag
def unread_notices(user: object) -> str:
    """The number in words, such as "3" or "99+"; empty for none and for nobody. One query for a page."""
    if not isinstance(user, User):
        return ""
    if not hasattr(user, ASKED):
        setattr(user, ASKED, unread_count(user))
    count: int = getattr(user, ASKED)
    return f"{COUNTED}+" if count > COUNTED else str(count or "")
