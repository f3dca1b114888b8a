"""The doors of applications: apply, look, act. Every verb of the table of states is one POST."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from approvals import passport, queries
from approvals.actions import accept as accepting
from approvals.actions import (
    after,
    ask_correction,
    assess,
    cases,
    correct,
    decide,
    handle,
    special,
    submit,
    submit_batch,
    withdraw,
)
from approvals.actions import escalate as escalating
from approvals.actions import open as opening
from approvals.actions import urge as urging
from approvals.api import shapes
from approvals.api.telling import Teller
from approvals.models import Application
from govsim.core import canonical, clock, faults
from govsim.core.errors import GovsimError, NotFound
from govsim.core.rest import Body, Nothing, PreconditionFailed, Single, View
from services import queries as catalogue

MOST_MESSAGES = 1000


def etag(row: Application) -> str:
    """Return the version of a row as an ETag. A draft changes without moving, so its content is part of it."""
    held = [row.form, row.corrections, row.materials]
    draft = f"-{canonical.digest(held).hex()[:12]}" if row.state == "draft" else ""
    return f'"{row.version}{draft}"'


def not_modified(request: Request, tag: str) -> bool:
    """Say whether the asker has this version already."""
    known = request.headers.get("If-None-Match", "")
    return known.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in known.split(",")]


def versioned(request: Request, tag: str, tell: Callable[[], Response]) -> Response:
    """Answer 304 when the asker has the version `tag`, else what `tell` says, with its ETag."""
    answer = Response(status=304) if not_modified(request, tag) else tell()
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


class CaseView(Single):
    """A door that answers with one application."""

    versioned = True

    def teller(self) -> Teller:
        """Return who tells rows to the asker, now."""
        return Teller(self.actor, clock.now(self.world))

    def case(self, number: str) -> Application:
        """Return the application with what is told of it. Raises NotFound for a stranger's."""
        rows = cases.visible(self.world, self.actor).select_related("package", "decision", "reviews")
        found = rows.prefetch_related("pauses").filter(number=number).first()
        if found is None:
            raise NotFound("没有这个办件编号，或您无权查看", "There is no such case number, or it is not yours to see")
        return found

    @contextmanager
    def unchanged(self, request: Request, number: str) -> Iterator[None]:
        """Do what follows only on an application of the asker, in the version that `If-Match` names, then locked.

        Raises NotFound before any rule can say that there is something to refuse, PreconditionFailed.
        """
        row = cases.application(self.world, number, self.actor)
        wanted = request.headers.get("If-Match", "*").strip()
        if wanted == "*":
            yield
            return
        with transaction.atomic():
            locked = Application.objects.select_for_update().get(pk=row.pk)
            if etag(locked) not in [each.strip() for each in wanted.split(",")]:
                raise PreconditionFailed
            yield

    def told(self, number: str, *, code: int = 200, new: bool = False) -> Response:
        """Return the application as it is now."""
        where = reverse("api-application", args=[number]) if new else ""
        return self.answer(shapes.Application, self.teller().application(self.case(number)), code=code, location=where)


class Applications(View):
    """The applications that the asker may see, and new ones."""

    query = shapes.ApplicationFilter
    throttle_scope = "applications"
    key_required = True
    makes = True

    @extend_schema(
        operation_id="applications_list", tags=["applications"], parameters=[shapes.ApplicationFilter],
        responses=shapes.Line(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List applications, newest first: an applicant's own, an officer's department's."""
        asked = self.parameters()
        rows = cases.visible(self.world, self.actor).select_related("package", "decision").prefetch_related("pauses")
        if "state" in asked:
            rows = rows.filter(state=asked["state"])
        if "item" in asked:
            rows = rows.filter(item_key=asked["item"])
        return self.page(shapes.Line, rows, Teller(self.actor, clock.now(self.world)).line)

    @extend_schema(
        operation_id="applications_submit", tags=["applications"], request=shapes.NewApplication,
        responses={202: shapes.Application, 201: shapes.Application},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Apply. 202: it is stored and being handled; look at `Location`. With `draft` it is only kept (201)."""
        given = self.read(shapes.NewApplication)
        item, draft = given.pop("item"), given.pop("draft")
        who: dict[str, Any] = {"world": self.world, "actor": self.actor, "applicant_name": self.seat.name_zh}
        if draft:
            kept = {name: given[name] for name in ("form", "subject", "channel")}
            self.only("applicant")
            row = submit.draft(**who, item_key=item, **kept)
        else:
            row = submit.submit(**who, item_key=item, **given)
        return _tell_new(self, row, 201 if draft else 202)


class Batch(Single):
    """Many new applications at once."""

    throttle_scope = "applications"
    key_required = True

    @extend_schema(
        operation_id="applications_submit_batch", tags=["applications"], request=shapes.NewBatch,
        responses={202: shapes.Batch},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Apply up to 200 times. Each entry is stored or refused by itself; 202 says that `results` tells which."""
        given = self.read(shapes.NewBatch)
        made = submit_batch.submit_batch(
            world=self.world, actor=self.actor, applicant_name=self.seat.name_zh, entries=given["applications"]
        )
        told = [_tell_stored(index, each) for index, each in enumerate(made)]
        stored = sum(each["number"] is not None for each in told)
        counted = {"stored": stored, "refused": len(told) - stored, "results": told}
        return self.answer(shapes.Batch, counted, code=202)


def _tell_stored(index: int, made: Application | GovsimError) -> dict[str, Any]:
    if isinstance(made, GovsimError):
        return {"index": index, "number": None, "code": made.code, "errors": faults.of(made)}
    return {"index": index, "number": made.number, "code": "stored", "errors": []}


def _tell_new(view: View, row: Application, code: int) -> Response:
    """Return a new application with its address."""
    told = Teller(view.actor, clock.now(view.world)).application(cases.fresh(row))
    return view.answer(shapes.Application, told, code=code, location=reverse("api-application", args=[row.number]))


class OneApplication(CaseView):
    """One application."""

    @extend_schema(operation_id="application", tags=["applications"], responses=shapes.Application)
    def get(self, request: Request, number: str) -> Response:
        """Return one application with its limit, history and possible moves; 304 while it has not moved."""
        row = self.case(number)
        return versioned(request, etag(row), lambda: self.answer(shapes.Application, self.teller().application(row)))

    @extend_schema(
        operation_id="application_save_draft", tags=["applications"], request=shapes.Draft,
        responses=shapes.Application,
    )  # fmt: skip
    def put(self, request: Request, number: str) -> Response:
        """Replace what a draft holds."""
        given = self.read(shapes.Draft)
        with self.unchanged(request, number):
            submit.save_draft(world=self.world, actor=self.actor, number=number, **given)
        return self.told(number)


class PassportOf(CaseView):
    """The decision passport (决定说明书)."""

    versioned = False
    query = shapes.PassportView

    @extend_schema(
        operation_id="application_passport", tags=["applications"], parameters=[shapes.PassportView],
        responses=shapes.Passport,
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Explain the decision: rules, facts, sources, and the nearest change that would have changed it."""
        row = self.case(number)
        found = queries.passport(row)
        if found is None:
            raise NotFound("还没有决定说明书", "There is no decision passport yet")
        named = found["rule_set"]
        rules = catalogue.rule_set_by_hash(
            row.item_key, named["sha256"], world_id=row.world_id, version=named["version"]
        )
        told = passport.with_nearest(found, assess.ruleset_of(rules))
        expert = self.parameters()["view"] == "expert" and self.actor.role != "applicant"
        return self.answer(
            shapes.Passport,
            {
                "number": number,
                "view": "expert" if expert else "applicant",
                "decided": hasattr(row, "decision"),
                "passport": told if expert else passport.applicant_view(told),
            },
        )


class HistoryOf(View):
    """The history of one application."""

    @extend_schema(operation_id="application_history", tags=["applications"], responses=shapes.Event(many=True))
    def get(self, request: Request, number: str) -> Response:
        """List what happened to an application, newest first."""
        row = cases.application(self.world, number, self.actor)
        teller = Teller(self.actor, clock.now(self.world))
        return self.page(shapes.Event, queries.history(row)[::-1], teller.event)


class Inbox(View):
    """What waits for an officer."""

    ordering = ("submitted_at", "pk")

    @extend_schema(operation_id="inbox", tags=["applications"], responses=shapes.Line(many=True))
    def get(self, request: Request) -> Response:
        """List the cases that the asker's role can move, oldest first; empty for who is no officer."""
        rows = queries.inbox(self.world, self.actor)
        return self.page(shapes.Line, rows, Teller(self.actor, clock.now(self.world)).line)


class Messages(View):
    """The simulated short messages."""

    @extend_schema(operation_id="messages", tags=["applications"], responses=shapes.Message(many=True))
    def get(self, request: Request) -> Response:
        """List the messages to the asker, newest first."""
        return self.page(shapes.Message, queries.messages_of(self.world, self.holder(), most=MOST_MESSAGES), vars)


# --- verbs ------------------------------------------------------------------------------------------------------------


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
    Verb("submit", _submit_draft, shapes.Entries, 202),
    Verb("withdraw", withdraw.withdraw),
    Verb("correct", correct.correct, shapes.Correction, 202),
    Verb("accept", accepting.accept),
    Verb("decline", accepting.decline, shapes.ReasonGiven),
    Verb("ask_correction", ask_correction.ask_correction, shapes.CorrectionAsked),
    Verb("handle", handle.handle, shapes.Opinion),
    Verb("review", handle.review, shapes.Opinion),
    Verb("send_back", handle.send_back, shapes.Opinion),
    Verb("suspend", special.suspend, shapes.SpecialStart),
    Verb("resume", special.resume, shapes.SpecialEnd),
    Verb("grant", decide.grant, shapes.Opinion),
    Verb("refuse", decide.refuse, shapes.ReasonGiven),
    Verb("return", withdraw.return_, shapes.ReasonGiven),
    Verb("open", opening.open_case),
    Verb("deliver", after.deliver, shapes.DeliveryChosen),
    Verb("rate", after.rate, shapes.RatingGiven),
    Verb("inspect", after.inspect, shapes.Inspection),
    Verb("urge", urging.urge, shapes.NoteGiven),
    Verb("escalate", escalating.escalate, shapes.NoteGiven),
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
        operation_id="application_ask_review", tags=["applications"], request=shapes.ReviewAsked,
        responses={202: shapes.Application},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Ask for a review of a decision; the answer is the new application that reviews it."""
        given = self.read(shapes.ReviewAsked)
        with self.unchanged(request, number):
            made = after.ask_review(world=self.world, actor=self.actor, number=number, **given)
        return self.told(made.number, code=202, new=True)
