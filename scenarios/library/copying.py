"""Uses an approved plan as a template: a demo of one's own for another prospect, without a model."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from demoforge.accounts import audit
from demoforge.accounts.models import User
from demoforge.errors import Explained
from scenarios import services
from scenarios.ai.opening import is_builtin
from scenarios.ai.registry import BUILTIN
from scenarios.library.reskin import Skin, refused_words, reskinned
from scenarios.lifecycle import touch
from scenarios.models import Demo, Origin, PlanRevision
from scenarios.plan.brief import Brief
from scenarios.plan.names import Warehouse
from scenarios.plan.parts import Plan
from scenarios.plan.violations import PlanRefused


class TemplateRefused(Explained):
    """A demo that cannot be used as a template, or not for this prospect."""

    status = 409


@dataclass(frozen=True)
class Wish:
    """For whom a copy is made. `codename`: "" for none; files then carry the company's name."""

    company: str
    industry: str
    warehouse: Warehouse
    as_of: date
    codename: str = ""
    visibility: str | None = None  # None: as usual, see services.usual_visibility

    def brief(self, plan: Plan) -> Brief:
        """The brief of the copy: nobody's notes, and what the template includes."""
        return Brief(
            company=self.company,
            industry=self.industry,
            warehouse=self.warehouse,
            include_semantic_layer=plan.outline.semantic_layer,
            depth=plan.outline.depth,
            codename=self.codename or None,
            as_of=self.as_of,
        )


def template_of(demo: Demo) -> PlanRevision:
    """The plan that copies are made of: the current one, if its approval holds. Raises TemplateRefused."""
    revision = demo.current
    if revision is None or revision.plan is None or not revision.is_approved:
        raise TemplateRefused(
            "This plan is not approved, and only approved plans are used as templates.",
            "Ask for a review on its page. When a manager has approved it, copies can be made.",
        )
    revision.demo = demo
    return revision


def copy_of(template: PlanRevision, wish: Wish) -> tuple[Brief, Plan]:
    """The brief and the plan that a copy would have. Raises TemplateRefused, in words."""
    plan = template.read_plan()
    brief = wish.brief(plan)
    skin = Skin(brief.disguised().company, brief.disguise(brief.industry), brief.warehouse, brief.as_of)
    try:
        return brief, reskinned(plan, template.demo.brief, skin)
    except PlanRefused as error:
        raise TemplateRefused(
            f"The plan does not hold together for {skin.company}: {refused_words(error)}",
            "Choose another date or a shorter name, or adapt the plan from a brief of its own.",
        ) from error


def use_template(demo: Demo, wish: Wish, *, token: UUID | None = None, by: User) -> Demo:
    """A demo for another prospect with the plan of this one; it is rendered and proven like any other.

    It has the template's approval, none of its notes, and belongs to `by`. The same form sent twice makes one demo.
    Raises TemplateRefused.
    """
    if sent := _sent(token, by):
        return sent
    brief, plan = copy_of(template_of(demo), wish)
    try:
        with transaction.atomic():
            return _copy(demo, brief, plan, wish, token, by)
    except IntegrityError:  # the same form, sent at the same moment
        if sent := _sent(token, by):
            return sent
        raise


def adapt_template(demo: Demo, brief: Brief, *, provider: str, by: User, **choices: Any) -> Demo:
    """A demo from a brief of its own that a model begins with this demo's plan; approved it is not.

    `choices`: what else services.create_demo takes. The built-in provider drafts from the brief alone, as does a model
    where the plan does not hold together for the new prospect. Raises TemplateRefused.
    """
    template = template_of(demo)
    start = None if is_builtin(provider) else _start(template, brief)
    created = services.create_demo(brief, provider=provider, template=template, start=start, by=by, **choices)
    touch(demo)
    return created


def _start(template: PlanRevision, brief: Brief) -> Plan | None:
    skin = Skin(brief.disguised().company, brief.disguise(brief.industry), brief.warehouse, brief.as_of)
    try:
        return reskinned(template.read_plan(), template.demo.brief, skin)
    except PlanRefused:
        return None


def _sent(token: UUID | None, by: User) -> Demo | None:
    return Demo.objects.filter(owner=by, request_token=token).first() if token else None


def _copy(demo: Demo, brief: Brief, plan: Plan, wish: Wish, token: UUID | None, by: User) -> Demo:
    """Runs in a transaction. The template is looked at once more, under a lock: an edit voids its approval."""
    seen = demo.current_id
    fresh = Demo.objects.select_for_update(of=("self",)).select_related("current__approval").get(pk=demo.pk)
    template = template_of(fresh)
    if template.pk != seen:
        raise TemplateRefused("The plan was changed meanwhile.", "Look at it again, then make the copy.")
    choices: dict[str, Any] = brief.model_dump() | {"codename": brief.codename or ""}
    copy = Demo.objects.create(
        owner=by,
        team=by.team,
        visibility=wish.visibility or services.usual_visibility(brief.codename),
        provider=BUILTIN,
        github_owner=settings.DEFAULT_GITHUB_ORG,
        dbt_account_id=settings.DEFAULT_DBT_ACCOUNT_ID,
        template=template,
        request_token=token,
        **choices,
    )
    audit.record("demo.copied", copy, by=by, template=fresh.pk, revision=template.number)
    services.add_revision(
        copy,
        origin=Origin.COPIED,
        by=by,
        plan=plan,
        approval=template.approval,
        approval_inherited=True,
    )
    touch(fresh)
    return copy
