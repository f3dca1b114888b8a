"""What a dishonest operator would do to the books of a throwaway installation, each tried and taken back again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F

from govsim import verify
from govsim.core import heads
from govsim.core import world as worlds
from govsim.core.models import AuditEntry, AuditHead, AuditLink, World
from govsim.load import town

FAR: Final = 1_000_000  # a place in the chain that is free
NEWEST_DECISION: Final = "application_id = (SELECT max(application_id) FROM approvals_decision)"


def _links(world: World) -> list[AuditLink]:
    return list(AuditLink.objects.filter(world=world, shard=0).order_by("number"))


def _entry(world: World) -> Any:
    return AuditEntry.objects.filter(pk=AuditEntry.objects.filter(world=world).order_by("-pk")[0].pk)


def _sql(statement: str) -> Callable[[World], object]:
    def deed(_: World) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return deed


def _drop(world: World, place: int) -> None:
    link = _links(world)[place]
    link.entries.all().delete()
    link.delete()


def _exchange(world: World) -> None:
    """Let two links change places."""
    first, second = _links(world)[1:3]
    for link, number in ((first, FAR), (second, first.number), (first, second.number)):
        AuditLink.objects.filter(pk=link.pk).update(number=number)


def _cut_clean(world: World) -> None:
    """Cut the last link off and write a head that fits what is left."""
    _drop(world, -1)
    last = _links(world)[-1]
    AuditHead.objects.filter(world=world, shard=0).update(links=last.number, hash=last.hash)


DEEDS: Final[dict[str, Callable[[World], object]]] = {
    "an entry edited": lambda world: _entry(world).update(content="0" * 64),
    "an entry deleted": lambda world: _entry(world).delete(),
    "a decision edited": _sql(f"UPDATE approvals_decision SET opinion = 'x' WHERE {NEWEST_DECISION}"),  # noqa: S608 — our own words
    "a decision deleted": _sql(f"DELETE FROM approvals_decision WHERE {NEWEST_DECISION}"),  # noqa: S608 — our own words
    "a certificate edited": _sql("UPDATE certificates_certificate SET holder_name = 'x' WHERE case_number <> ''"),
    "a link moved in time": lambda world: AuditLink.objects.filter(pk=_links(world)[1].pk).update(
        at=F("at") - timedelta(days=1)
    ),
    "a link deleted": lambda world: _drop(world, 1),
    "two links exchanged": _exchange,
    "the tail cut": lambda world: _drop(world, -1),
    "the tail cut and the head made to fit": _cut_clean,
    "the head removed": lambda world: AuditHead.objects.filter(world=world).delete(),
}


def found() -> dict[str, Any]:
    """Do each deed, look at the books with and without the signed heads of before, and take the deed back.

    Returns deed → what `verify` names first, without the heads and with them; "" when it sees nothing.
    """
    world = worlds.current(town.NAME)
    kept = heads.signed(world.pk)
    told: dict[str, list[str]] = {"nothing": _looked(kept)}
    for name, deed in DEEDS.items():
        with transaction.atomic():
            deed(world)
            told[name] = _looked(kept)
            transaction.set_rollback(True)
    return told


def _looked(kept: list[dict[str, Any]]) -> list[str]:
    alone, with_heads = verify.check(), verify.check(kept=kept)
    return ["" if each["ok"] else _first(each) for each in (alone, with_heads)]


def _first(found: dict[str, Any]) -> str:
    return next(f"{name} {each['first_bad']}" for name, each in found["invariants"].items() if not each["held"])
