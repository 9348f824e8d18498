"""Teams, and people in them who cannot log in."""

from random import Random

from django.contrib.auth.hashers import make_password

from demoforge.accounts.models import Team, User
from demoforge.accounts.roles import Role

TEAMS = (
    "Enterprise North", "Enterprise South", "Enterprise West", "Mid-market", "Growth", "Public sector", "Nordics",
    "Central Europe", "Iberia", "Asia Pacific", "Latin America", "Partners",
)  # fmt: skip
FIRST = (
    "Ada", "Amir", "Anna", "Bao", "Carla", "Chidi", "Dana", "Elif", "Emil", "Fatima", "Grace", "Hugo", "Ines", "Jonas",
    "Kofi", "Lena", "Mateo", "Mina", "Noor", "Oskar",
)  # fmt: skip
LAST = (
    "Abbas", "Berg", "Costa", "Dahl", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito", "Jansen", "Kowalski", "Lind",
    "Moreau", "Novak", "Okafor", "Patel", "Quist", "Rossi", "Silva", "Tanaka",
)  # fmt: skip
_ROLES = (Role.SALES_ENGINEER,) * 14 + (Role.ACCOUNT_EXECUTIVE,) * 3 + (Role.MANAGER,) * 2 + (Role.ADMIN,)


def fill_people(prefix: str, count: int, dice: Random) -> list[User]:
    """Make the teams and people that are missing; all of them, by log-in name. One in twenty has left."""
    Team.objects.bulk_create([Team(name=name) for name in TEAMS], ignore_conflicts=True)
    teams = list(Team.objects.filter(name__in=TEAMS).order_by("pk"))
    nobody = make_password(None)
    people = [_person(prefix, number, teams, nobody, dice) for number in range(1, count + 1)]
    User.objects.bulk_create(people, ignore_conflicts=True)
    return list(User.objects.filter(username__in=[person.username for person in people]).order_by("username"))


def _person(prefix: str, number: int, teams: list[Team], password: str, dice: Random) -> User:
    return User(
        username=f"{prefix}{number:04}",
        first_name=dice.choice(FIRST),
        last_name=dice.choice(LAST),
        email=f"{prefix}{number:04}@example.com",
        password=password,
        role=_ROLES[number % len(_ROLES)].value,
        team=dice.choice(teams) if dice.random() < 0.95 else None,
        is_active=number % 20 != 7,
        is_local=True,
    )
