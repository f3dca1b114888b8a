"""The doors of certificates: the wallet, the officer's verbs, and what anybody may ask."""

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from certificates import actions, queries
from certificates.api import shapes, telling
from certificates.queries.issuer import VCT
from govsim.core import clock
from govsim.core import world as worlds
from govsim.core.errors import BadInput, NotFound
from govsim.core.models import World
from govsim.core.rest import Single, View

MOST_LINES = 2000


class Types(View):
    """The certificate types."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="certificate_types", tags=["catalogue"], responses=shapes.TypeShape(many=True))
    def get(self, request: Request) -> Response:
        """List the certificate types in the order of the catalogue."""
        return self.page(shapes.TypeShape, list(queries.certificate_types().values()), telling.kind)


class Wallet(View):
    """The asker's certificates."""

    @extend_schema(operation_id="wallet", tags=["holder"], responses=shapes.CardLine(many=True))
    def get(self, request: Request) -> Response:
        """List the asker's certificates: usable ones first."""
        return self.page(
            shapes.CardLine, queries.wallet(self.world, self.holder(), at=clock.now(self.world)), telling.line
        )


class Mine(Single):
    """A door to one certificate of the asker."""

    def card(self, identifier: str) -> queries.Held:
        """Return a certificate of the asker. Raises NotFound for a stranger's as for none at all."""
        found = queries.held(self.world, identifier, at=clock.now(self.world))
        if found.holder_code != self.holder():
            raise NotFound("没有查到这个证照", "No such certificate was found")
        return found


class OneCard(Mine):
    """One certificate of the asker."""

    @extend_schema(operation_id="wallet_certificate", tags=["holder"], responses=shapes.CardShape)
    def get(self, request: Request, identifier: str) -> Response:
        """Return one certificate with its fields and its metadata file."""
        found = self.card(identifier)
        metadata = queries.metadata(self.world, identifier, at=clock.now(self.world))
        return self.answer(shapes.CardShape, telling.card(self.world, found, metadata))


class Present(Mine):
    """Presenting (亮证)."""

    @extend_schema(
        operation_id="wallet_present", tags=["holder"], request=shapes.Presentation, responses=shapes.Presented
    )
    def post(self, request: Request, identifier: str) -> Response:
        """Make a presentation with only the chosen fields, and log its use. Refused for a certificate not in force."""
        given = self.read(shapes.Presentation)
        self.card(identifier)
        shown = actions.disclose(world=self.world, identifier=identifier, actor=self.actor, **given)
        return self.answer(
            shapes.Presented,
            {
                "identifier": identifier,
                "token": shown.token,
                "fields": given["fields"],
                "copy_svg": shown.copy_svg,
                "copy_sha256": shown.copy_sha256,
                "until": shown.until,
                "verification_address": queries.verification_address(self.world, identifier),
            },
        )


class UseLog(View):
    """Who used my certificates."""

    @extend_schema(operation_id="use_log", tags=["holder"], responses=shapes.UseShape(many=True))
    def get(self, request: Request) -> Response:
        """List every use of the asker's certificates, newest first."""
        return self.page(shapes.UseShape, queries.use_log(self.world, self.holder(), limit=MOST_LINES), telling.use)


VERBS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("suspend", actions.suspend),
    ("resume", actions.resume),
    ("revoke", actions.revoke),
    ("cancel", actions.cancel),
)


def door(verb: str, action: Callable[..., Any]) -> type[Single]:
    """Return the door of one verb of the certificate officer."""

    class Change(Single):
        @extend_schema(
            operation_id=f"certificate_{verb}", tags=["certificates"], request=shapes.ChangeReason,
            responses=shapes.CardLine, description=action.__doc__,
        )  # fmt: skip
        def post(self, request: Request, identifier: str) -> Response:
            given = self.read(shapes.ChangeReason)
            now = clock.now(self.world)
            self._expect_mine(queries.held(self.world, identifier, at=now))
            action(world=self.world, identifier=identifier, reason=given["reason"], actor=self.actor, at=now)
            return self.answer(shapes.CardLine, telling.line(queries.held(self.world, identifier, at=now)))

        def _expect_mine(self, found: queries.Held) -> None:
            """Raise NotFound unless the certificate is the asker's, or their department issued it."""
            seat = self.seat
            if found.holder_code != seat.holder and (seat.role == "applicant" or found.issuer_key != seat.department):
                raise NotFound("没有查到这个证照", "No such certificate was found")

    Change.__name__ = f"{verb.title()}Certificate"
    Change.__doc__ = action.__doc__
    return Change


class Verify(Single):
    """Is it real, and does it count? Anybody may ask."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="verify", tags=["public"], request=shapes.ToVerify, responses=shapes.VerdictShape)
    def post(self, request: Request) -> Response:
        """Judge a token or an identifier. An identifier needs the world; a token names its own."""
        given = self.read(shapes.ToVerify)
        shown = [given[name] for name in ("token", "identifier") if name in given]
        if len(shown) != 1:
            raise BadInput({"token": ("请提供令牌或标识其中之一", "Give either a token or an identifier")})
        world = self._which_world(given)
        at = clock.now(world)
        found = queries.verify(shown[0], world=world, at=at, wall=clock.wall())
        key = str(found.claims.get("vct", "")).removeprefix(VCT)
        return self.answer(
            shapes.VerdictShape,
            {
                "verdict": found.code,
                "reason": found.reason,
                "valid": found.is_valid,
                "zh": found.zh,
                "en": found.en,
                "identifier": found.identifier,
                "type": telling.type_of(key) if key else None,
                "claims": found.claims,
                "checked_at": at,
            },
        )

    def _which_world(self, given: Mapping[str, str]) -> World:
        """Return the world that is named, that an authentic token is from, of the asker, or the only one."""
        if "world" in given:
            return worlds.at_address(given["world"])
        if named := queries.issuing_world(given.get("token", ""), wall=clock.wall()):
            return worlds.at_address(named)
        if self.request.user.is_authenticated:
            return self.world
        living = worlds.living()
        # A token that is not authentic is refused in every world alike.
        if not living or ("identifier" in given and len(living) > 1):
            raise BadInput({"world": ("请指明模拟世界", "Say in which simulated world")})
        return living[0]
