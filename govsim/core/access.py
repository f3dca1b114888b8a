"""Seats and what opens them: one-time sign-in links and API tokens. Only digests are stored (wall time throughout)."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from govsim.core import clock
from govsim.core.actors import OFFICERS, ROLES, Actor
from govsim.core.errors import NotAllowed
from govsim.core.models import Seat, SeatKey, World

LINK_HOURS = 12


def seat(
    world: World, *, role: str, holder: str = "", department: str = "", name_zh: str = "", name_en: str = ""
) -> Seat:
    """Return the seat of this role, holder and department in `world`, making it and its user when there is none."""
    found = Seat.objects.filter(world=world, role=role, holder=holder, department=department).first()
    if found is not None:
        return found
    with transaction.atomic():
        username = f"w{world.pk}-{role}-{holder or department or 'any'}"
        user, _ = get_user_model().objects.get_or_create(username=username)
        user.set_unusable_password()
        user.save(update_fields=["password"])
        made, _ = Seat.objects.get_or_create(
            user=user,
            defaults={
                "world": world,
                "role": role,
                "holder": holder,
                "department": department,
                "name_zh": name_zh or ROLES[role]["zh"],
                "name_en": name_en or ROLES[role]["en"],
            },
        )
    return made


def actor(seat: Seat) -> Actor:
    """Return who acts from this seat."""
    if seat.role == "applicant":
        return Actor(role="applicant", key=seat.holder)
    department = seat.department if seat.role in OFFICERS else ""
    return Actor(role=seat.role, key=f"seat:{seat.pk}", department=department)


def names(keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the names of officers by the key of their actor; a key that is no seat's is left out."""
    wanted = {int(key.removeprefix("seat:")) for key in keys if key.removeprefix("seat:").isdigit()}
    if not wanted:
        return {}
    return {f"seat:{each.pk}": {"zh": each.name_zh, "en": each.name_en} for each in Seat.objects.filter(pk__in=wanted)}


def seats(world: World, *, most: int = 100) -> list[Seat]:
    """Return the seats of a world, the oldest first."""
    return list(Seat.objects.filter(world=world).order_by("pk")[:most])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _new_key(seat: Seat, kind: str, hours: float | None) -> str:
    secret = secrets.token_urlsafe(32)
    now = clock.wall()
    SeatKey.objects.create(
        seat=seat,
        kind=kind,
        digest=_digest(secret),
        created_at=now,
        expires_at=now + timedelta(hours=hours) if hours else None,
    )
    return secret


def new_link(seat: Seat) -> str:
    """Return the secret of a one-time sign-in link for this seat; it is shown once and ends after LINK_HOURS."""
    return _new_key(seat, SeatKey.Kind.LINK, LINK_HOURS)


def new_token(seat: Seat, *, hours: float | None = None) -> str:
    """Return a new API token for this seat; it is shown once."""
    return _new_key(seat, SeatKey.Kind.TOKEN, hours)


def crowd(world: World, people: Sequence[tuple[str, str, str]], *, hours: float) -> list[str]:
    """Give many applicants of `world` a seat and a token each, in a few statements; return the tokens in their order.

    `people` are (citizen number, name, name in Latin letters), nobody twice and nobody who has a seat already.
    """
    users = get_user_model()
    secret = [secrets.token_urlsafe(32) for _ in people]
    now = clock.wall()
    with transaction.atomic():
        made = users.objects.bulk_create(
            users(username=f"w{world.pk}-applicant-{number}", password=make_password(None)) for number, _, _ in people
        )
        seats = Seat.objects.bulk_create(
            Seat(user=user, world=world, role="applicant", holder=number, name_zh=zh, name_en=en)
            for user, (number, zh, en) in zip(made, people, strict=True)
        )
        SeatKey.objects.bulk_create(
            SeatKey(
                seat=each, kind=SeatKey.Kind.TOKEN, digest=_digest(token), created_at=now,
                expires_at=now + timedelta(hours=hours),
            )
            for each, token in zip(seats, secret, strict=True)
        )  # fmt: skip
    return secret


def use_link(secret: str) -> Seat:
    """Return the seat of a one-time link and use the link up. Raises NotAllowed when unknown, used or too old."""
    now = clock.wall()
    key = SeatKey.objects.filter(kind=SeatKey.Kind.LINK, digest=_digest(secret)).select_related("seat__user").first()
    rows = SeatKey.objects.filter(used_at=None, expires_at__gt=now, seat__world__retired_at=None)
    if key is None or rows.filter(pk=key.pk).update(used_at=now) != 1:
        raise NotAllowed("登录链接无效或已使用", "This sign-in link is not valid or has been used")
    return key.seat


# SQL of our own, here and for the world: the ORM would make it anew for every request, at three times the cost.
_OPENED = """
SELECT seat.* FROM core_seatkey opening JOIN core_seat seat ON seat.id = opening.seat_id
 WHERE opening.digest = %s AND opening.kind = %s AND (opening.expires_at IS NULL OR opening.expires_at > %s)
"""
_WORLD = "SELECT * FROM core_world WHERE id = %s"


def seat_of_token(secret: str) -> Seat | None:
    """Return the seat that a token opens, with its world as it is now, or None. Of its user only the key is read."""
    wall = connection.ops.adapt_datetimefield_value(clock.wall())
    seat = next(iter(Seat.objects.raw(_OPENED, [_digest(secret), SeatKey.Kind.TOKEN, wall])), None)
    if seat is None:
        return None
    seat.world = next(iter(World.objects.raw(_WORLD, [seat.world_id])))
    seat.user = get_user_model().from_db(connection.alias, ["id"], [seat.user_id])
    return seat
