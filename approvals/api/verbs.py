"""The verbs of the table of states as doors: each is one POST to an application."""

from collections.abc import Callable
from typing import Any, NamedTuple

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from approvals.actions import accept as accepting
from approvals.actions import after, ask_correction, cases, correct, decide, handle, special, submit, withdraw
from approvals.actions import escalate as escalating
from approvals.actions import open as opening
from approvals.actions import urge as urging
from approvals.api import bodies, shapes
from approvals.api.applications import CaseView
from approvals.models import Application
from govsim.core.rest import Body, Nothing


class Verb(NamedTuple):
    """One verb as a door: what it takes, whom it asks, what it answers with (202: a worker goes on with it)."""

    name: str
    action: Callable[..., Any]
    takes: type[Body] = Nothing
    code: int = 200


def _submit_draft(*, number: str, world: Any, actor: Any, **given: Any) -> Application:
    row = cases.application(world, number, actor)
    return submit.submit(
        world=world, actor=actor, applicant_name=row.applicant_name, item_key=row.item_key, number=number, **given
    )


VERBS = (
    Verb("submit", _submit_draft, bodies.Entries, 202),
    Verb("withdraw", withdraw.withdraw),
    Verb("correct", correct.correct, bodies.Correction, 202),
    Verb("accept", accepting.accept),
    Verb("decline", accepting.decline, bodies.ReasonGiven),
    Verb("ask_correction", ask_correction.ask_correction, bodies.CorrectionAsked),
    Verb("handle", handle.handle, bodies.Opinion),
    Verb("review", handle.review, bodies.Opinion),
    Verb("send_back", handle.send_back, bodies.Opinion),
    Verb("suspend", special.suspend, bodies.SpecialStart),
    Verb("resume", special.resume, bodies.SpecialEnd),
    Verb("grant", decide.grant, bodies.Opinion),
    Verb("refuse", decide.refuse, bodies.ReasonGiven),
    Verb("return", withdraw.return_, bodies.ReasonGiven),
    Verb("open", opening.open_case),
    Verb("deliver", after.deliver, bodies.DeliveryChosen),
    Verb("rate", after.rate, bodies.RatingGiven),
    Verb("inspect", after.inspect, bodies.Inspection),
    Verb("urge", urging.urge, bodies.NoteGiven),
    Verb("escalate", escalating.escalate, bodies.NoteGiven),
)


def door(verb: Verb) -> type[CaseView]:
    """Return the door of one verb."""

    class Acting(CaseView):
        @extend_schema(
            operation_id=f"application_{verb.name}", tags=["applications"], request=verb.takes,
            responses={verb.code: shapes.Application}, description=verb.action.__doc__,
        )  # fmt: skip
        def post(self, request: Request, number: str) -> Response:
            given = self.read(verb.takes)
            with self.unchanged(request, number):
                verb.action(world=self.world, actor=self.actor, number=number, **given)
            return self.told(number, code=verb.code)

    Acting.__name__ = f"{verb.name.title().replace('_', '')}Application"
    Acting.__doc__ = verb.action.__doc__
    return Acting


class AskReview(CaseView):
    """Ask for a review (复核)."""

    makes = True

    @extend_schema(
        operation_id="application_ask_review", tags=["applications"], request=bodies.ReviewAsked,
        responses={202: shapes.Application},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Ask for a review of a decision; the answer is the new application that reviews it."""
        given = self.read(bodies.ReviewAsked)
        with self.unchanged(request, number):
            made = after.ask_review(world=self.world, actor=self.actor, number=number, **given)
        return self.told(made.number, code=202, new=True)
