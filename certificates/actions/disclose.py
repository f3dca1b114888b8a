"""Show a certificate to somebody (亮证, 出示): the chosen fields only, with the holder's consent, logged at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from certificates import schema, sdjwt
from certificates.actions import use
from certificates.actions.sign_on_first_use import sign_on_first_use
from certificates.queries import annotated_copy, held, type_of
from certificates.queries.holdings import Held
from govsim.core import clock
from govsim.core.actors import Actor
from govsim.core.errors import BadInput, Refused
from govsim.core.models import World
from govsim.exchange import actions as exchange


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What was shown: the token with only the chosen fields, the annotated copy (加注件), and the consent behind it."""

    token: str
    copy_svg: str
    copy_sha256: str
    made_at: datetime  # world time, as is the next
    until: datetime
    consent_id: int


def disclose(
    *, world: World, identifier: str, actor: Actor, user: str, purpose: str, fields: Sequence[str], minutes: int = 5
) -> Disclosed:
    """Make a presentation of the named fields to `user`, and log its use with a consent of so many minutes.

    The caller has made sure that the certificate is the actor's. Raises NotFound, BadInput for a field that the type
    has not or an empty user or purpose, Refused for a certificate that is not in force, SigningFailed.
    """
    at = clock.now(world)
    found = held(world, identifier, at=at)
    _check(found, user, purpose, fields)
    until = at + timedelta(minutes=minutes)
    token = sign_on_first_use(world=world, identifier=identifier, actor=actor)
    svg, digest = annotated_copy(world, identifier, purpose=purpose, user=user, at=at, until=until, only=fields)
    said = f"{user}：{purpose}"
    with transaction.atomic():
        consent = exchange.consent.give(
            world=world, subject=found.holder_code, purpose=said[:120], certificate_types=[found.type_key],
            fields=fields, until=until, at=at,
        )  # fmt: skip
        row = use.Use(
            identifier=identifier, actor=str(actor), department="", purpose=said[:200], result="VALID", at=at,
            consent_id=consent.pk, fields=tuple(fields),
        )  # fmt: skip
        use.log(world, [row])
    return Disclosed(sdjwt.present(token, fields), svg, digest, at, until, consent.pk)


def _check(found: Held, user: str, purpose: str, fields: Sequence[str]) -> None:
    kind = type_of(found.type_key)
    problems: dict[str, tuple[str, str]] = {}
    if not user.strip():
        problems["user"] = ("请填写出示给谁", "Say to whom you show it")
    if not purpose.strip():
        problems["purpose"] = ("请填写用途", "Say what it is for")
    unknown = [name for name in fields if name not in kind.fields and name not in schema.STANDING]
    if unknown:
        zh, en = f"“{kind.name.zh}”没有字段 {unknown[0]}", f"{kind.name.en} has no field {unknown[0]}"
        problems["fields"] = (zh, en)
    if problems:
        raise BadInput(problems)
    if found.state.key != "valid":
        raise Refused(f"证照{found.state.zh}，不能出示", f"It cannot be presented: {found.state.en.lower()}")
