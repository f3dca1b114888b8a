"""Finding the one case that somebody may see or act on. What is not theirs does not exist for them (reliability 2b)."""

from typing import Any

from django.db.models import Q, QuerySet

from approvals.models import Application, Package, Pause
from govsim.core.actors import OFFICERS, Actor
from govsim.core.errors import NotFound
from govsim.core.models import World

NO_PAUSES = Pause.objects.none()  # one for all rows: an empty answer is worked out anew for each queryset
SEES_ALL = frozenset({"system", "simulation", "auditor", "trainer", "dispatcher"})


def visible(world: World, actor: Actor) -> QuerySet[Application]:
    """Return the applications of `world` that `actor` may see: their own, their department's, or all for auditors."""
    rows = Application.objects.filter(world=world)
    if actor.role in SEES_ALL or actor.role == "quality_inspector":
        return rows
    if actor.role == "applicant":
        return rows.filter(Q(applicant=actor.key) | Q(package__applicant=actor.key))
    if actor.role in OFFICERS:
        return rows.filter(department=actor.department).exclude(state="draft")
    return rows.none()


def application(world: World, number: str, actor: Actor, **extra: Any) -> Application:
    """Return one application that `actor` may see. Raises NotFound for a stranger's number as for none at all."""
    found = visible(world, actor).filter(number=number, **extra).select_related("package").first()
    if found is None:
        raise NotFound("没有这个办件编号，或您无权查看", "There is no such case number, or it is not yours to see")
    found.world = world
    return found


def fresh(row: Application) -> Application:
    """Return a row that was made just now, knowing without a query that it has neither a decision nor a pause."""
    Application._meta.get_field("decision").set_cached_value(row, None)
    vars(row)["_prefetched_objects_cache"] = {"pauses": NO_PAUSES}
    return row


def visible_packages(world: World, actor: Actor) -> QuerySet[Package]:
    """Return the packages that `actor` may see: started or to be signed by them, with a branch in their department,
    or all for auditors."""
    rows = Package.objects.filter(world=world)
    if actor.role == "applicant":
        return rows.filter(signatures__person=actor.key)  # whoever starts a package signs it
    if actor.role in OFFICERS:
        return rows.filter(applications__department=actor.department).distinct()
    return rows if actor.role in SEES_ALL else rows.none()


def package(world: World, number: str, actor: Actor) -> Package:
    """Return one package: of its applicant, of a person who has to sign it, or any for auditors. Raises NotFound."""
    found = visible_packages(world, actor).filter(number=number).first()
    if found is None:
        raise NotFound("没有这个办件编号，或您无权查看", "There is no such case number, or it is not yours to see")
    found.world = world
    return found
