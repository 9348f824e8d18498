"""What administrators demand of everybody: whose builds need an approval, and what becomes of unused demos."""

from django.db import transaction

from demoforge.accounts import audit
from demoforge.accounts.models import User
from scenarios.models import Policy

THE_ONE = 1  # the key of the only row


def policy_now() -> Policy:
    """The policy that counts; the defaults, not saved, as long as no administrator has changed them."""
    return Policy.objects.filter(pk=THE_ONE).first() or Policy(pk=THE_ONE)


@transaction.atomic
def change_policy(*, reviews: str, expiry: str, expiry_days: int, by: User) -> Policy:
    """Demand something else from now on. `expiry_days`: after the last use. The same again is not recorded."""
    Policy.objects.get_or_create(pk=THE_ONE)
    policy = Policy.objects.select_for_update().get(pk=THE_ONE)
    wanted = {"reviews": str(reviews), "expiry": str(expiry), "expiry_days": expiry_days}
    changed = {name: value for name, value in wanted.items() if getattr(policy, name) != value}
    if not changed:
        return policy
    before = {f"{name}_before": getattr(policy, name) for name in changed}
    for name, value in changed.items():
        setattr(policy, name, value)
    policy.changed_by = by
    policy.save()
    audit.record("policy.changed", policy, by=by, **changed, **before)
    return policy
