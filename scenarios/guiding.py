"""Writing the team's guidance: words that stand in every prompt from then on."""

from django.db import transaction

from demoforge.accounts import audit
from demoforge.accounts.models import User
from scenarios.models import Guidance


@transaction.atomic
def write_guidance(text: str, *, by: User) -> Guidance | None:
    """Make this the guidance that counts; an empty text switches it off. None when it says that already."""
    if text == current_guidance():
        return None
    version = Guidance.objects.create(text=text, author=by, author_name=by.display_name)
    audit.record("guidance.written", version, by=by, characters=len(text))
    return version


def current_guidance() -> str:
    """What stands in every prompt now; empty when there is none. One query."""
    newest = Guidance.objects.newest()
    return newest.text if newest else ""
