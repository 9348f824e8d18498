"""With whom a demo is shared, and which demos a person has marked."""

from django.db import transaction

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.errors import NotNow
from scenarios.models import Demo, Favourite, Visibility


@transaction.atomic
def share_demo(demo: Demo, *, visibility: str, by: User) -> Demo:
    """Share a demo with nobody, with its owner's team, or with everyone. Raises NotNow, ValueError."""
    wanted = Visibility(visibility)
    demo = Demo.objects.select_for_update(of=("self",)).select_related("owner").get(pk=demo.pk)
    team = demo.owner.team_id
    if wanted == Visibility.TEAM and team is None:
        raise NotNow(
            f"{demo.owner.display_name} is in no team.",
            "An administrator puts people into teams. Share the demo with everyone, or with nobody.",
        )
    if (demo.visibility, demo.team_id) != (wanted, team):
        demo.visibility, demo.team_id = wanted, team
        demo.save(update_fields=["visibility", "team"])
        audit.record("demo.shared", demo, by=by, visibility=str(wanted), team=team)
    return demo


def set_favourite(demo: Demo, *, marked: bool, by: User) -> None:
    """Mark a demo as one's favourite, or not any more. Twice is once."""
    if marked:
        Favourite.objects.get_or_create(user=by, demo=demo)
    else:
        Favourite.objects.filter(user=by, demo=demo).delete()
