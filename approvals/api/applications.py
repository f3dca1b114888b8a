"""The doors of applications: apply, look, act. Every verb of the table of states is one POST."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from approvals import passport, queries
from approvals.actions import (
    assess,
    cases,
    submit,
    submit_batch,
)
from approvals.api import bodies, shapes
from approvals.api.telling import Teller
from approvals.models import Application
from govsim.core import canonical, clock, faults
from govsim.core.errors import GovsimError, NotFound
from govsim.core.rest import PreconditionFailed, Single, View
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

    query = bodies.ApplicationFilter
    throttle_scope = "applications"
    key_required = True
    makes = True

    @extend_schema(
        operation_id="applications_list", tags=["applications"], parameters=[bodies.ApplicationFilter],
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
        operation_id="applications_submit", tags=["applications"], request=bodies.NewApplication,
        responses={202: shapes.Application, 201: shapes.Application},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Apply. 202: it is stored and being handled; look at `Location`. With `draft` it is only kept (201)."""
        given = self.read(bodies.NewApplication)
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
        operation_id="applications_submit_batch", tags=["applications"], request=bodies.NewBatch,
        responses={202: shapes.Batch},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Apply up to 200 times. Each entry is stored or refused by itself; 202 says that `results` tells which."""
        given = self.read(bodies.NewBatch)
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
        operation_id="application_save_draft", tags=["applications"], request=bodies.Draft,
        responses=shapes.Application,
    )  # fmt: skip
    def put(self, request: Request, number: str) -> Response:
        """Replace what a draft holds."""
        given = self.read(bodies.Draft)
        with self.unchanged(request, number):
            submit.save_draft(world=self.world, actor=self.actor, number=number, **given)
        return self.told(number)


class PassportOf(CaseView):
    """The decision passport (决定说明书)."""

    versioned = False
    query = bodies.PassportView

    @extend_schema(
        operation_id="application_passport", tags=["applications"], parameters=[bodies.PassportView],
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
