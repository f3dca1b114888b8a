"""The API of the world itself: its clock, its faults, its settings, its figures. Trainers change, everybody reads."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from approvals import queries as approvals
from govsim import figures
from govsim.core import clock, journal, trainer
from govsim.core import world as worlds
from govsim.core.errors import BadInput, NotFound
from govsim.core.models import World
from govsim.core.rest import Body, Moment, Named, Number, Single, Text, Texts, Words
from govsim.exchange import actions as exchanges
from govsim.exchange import queries as exchange
from govsim.web.problems import TYPES

FARTHEST = timedelta(days=3660)  # how far one call may move the clock


class FaultShape(serializers.Serializer[Any]):
    """A fault that is in force: of a source of data (dataset, department's registers) or of a department's desks."""

    kind = serializers.ChoiceField(choices=["source", "department"])
    key = serializers.CharField()
    mode = serializers.ChoiceField(choices=["slow", "down", "conflict", "garbage", "lost"])
    factor = serializers.FloatField()
    until = serializers.DateTimeField(allow_null=True)


class WorldShape(serializers.Serializer[Any]):
    """One simulated world. `busy`: something is due now and not done yet."""

    name = serializers.CharField()
    generation = serializers.IntegerField()
    address = serializers.CharField()
    seed = serializers.IntegerField()
    now = serializers.DateTimeField()
    mode = serializers.ChoiceField(choices=World.Mode.values)
    pace = serializers.FloatField()
    next_due_at = serializers.DateTimeField(allow_null=True)
    busy = serializers.BooleanField()
    settings = serializers.DictField()
    faults = FaultShape(many=True)


class ClockMove(Body):
    """step: to the next due moment. until: to a moment, or a due one before it. run: in a mode, at a pace."""

    action = serializers.ChoiceField(choices=["step", "until", "run"])
    until = Moment(required=False)
    mode = serializers.ChoiceField(choices=World.Mode.values, required=False)
    pace = Number(required=False, min_value=0.001, max_value=1_000_000)


class FaultPlace(Body):
    """Whose fault: a dataset or the registers of a department (`source`), or a department's desks (`department`)."""

    source = Text(max_length=24, required=False)  # type: ignore[assignment]  # the metaclass takes it out again
    department = Text(max_length=20, required=False)


class NewFault(FaultPlace):
    """A fault to set: slow, down, conflict for sources; slow, down, garbage, lost for departments."""

    mode = serializers.ChoiceField(choices=["slow", "down", "conflict", "garbage", "lost"])
    factor = Number(required=False, min_value=1, max_value=1000)
    until = Moment(required=False)


class Conduct(Body):
    """How simulated officers decide; what is left out stays."""

    cleared = Number(required=False, min_value=0, max_value=1, help_text="share of doubts that a look clears")
    quality_share = Number(required=False, min_value=0, max_value=1, help_text="share of automatic grants checked")
    declining = Texts(required=False, help_text="departments that decline")


class ReportedShape(serializers.Serializer[Any]):
    """A figure of the source report; `qualifier` is =, > (more than) or <= (at most)."""

    kind = serializers.CharField()
    key = serializers.CharField()
    label = Words()  # type: ignore[assignment]  # the metaclass takes it out again
    qualifier = serializers.CharField()
    value = serializers.FloatField()
    unit = Words()
    city = serializers.CharField(allow_blank=True)
    row = serializers.CharField()
    source = serializers.DictField()  # type: ignore[assignment]  # the metaclass takes it out again


class FiguresShape(serializers.Serializer[Any]):
    """Figures as the report has them, and as this world counts them. They are never mixed."""

    reported = ReportedShape(many=True)
    simulated = serializers.ListField(child=serializers.DictField())


class ProblemType(Named):
    """One type of problem document: what it means and what to do."""

    status = serializers.IntegerField()
    todo_zh = serializers.CharField()
    todo_en = serializers.CharField()


def _world(world: World) -> dict[str, Any]:
    world.refresh_from_db()
    now = clock.now(world)
    due = clock.earliest_due(world.pk)
    return {
        "name": world.name,
        "generation": world.generation,
        "address": worlds.address(world),
        "seed": world.seed,
        "now": now,
        "mode": world.mode,
        "pace": world.pace,
        "next_due_at": due,
        "busy": journal.earliest_due(world.pk) is not None or approvals.due_now(world.pk, now),
        "settings": world.settings,
        "faults": _faults(world, now),
    }


def _faults(world: World, now: datetime) -> list[dict[str, Any]]:
    of_sources = [
        {"kind": "source", "key": each.source, "mode": each.mode, "factor": each.factor, "until": each.until}
        for each in exchange.faults(world, at=now)
    ]
    of_desks = [
        {
            "kind": "department",
            "key": each.key,
            "mode": each.faults["mode"],
            "factor": each.faults.get("factor") or 1,
            "until": trainer.ends(each),
        }
        for each in trainer.faults(world)
    ]
    return [*of_sources, *(each for each in of_desks if each["until"] is None or each["until"] > now)]


class TheWorld(Single):
    """The world of the asker."""

    @extend_schema(operation_id="world", tags=["world"], responses=WorldShape)
    def get(self, request: Request) -> Response:
        """Return the asker's world, its time, and what is wrong in it."""
        return self.answer(WorldShape, _world(self.world))


class TrainerView(Single):
    """A door for trainers that answers with the world."""

    def trained(self) -> World:
        """Return the world that the asker trains in. Raises NotAllowed for other roles."""
        return self.only("trainer").world

    def told(self) -> Response:
        """Return the world as it is now."""
        return self.answer(WorldShape, _world(self.world))

    def within_reach(self, until: datetime | None) -> None:
        """Raise BadInput for a moment that is absurdly far from now."""
        if until is not None and abs(until - clock.now(self.world)) > FARTHEST:
            raise BadInput({"until": ("不能超过十年", "It must be within ten years")})


class ClockOf(TrainerView):
    """The clock."""

    @extend_schema(operation_id="world_clock", tags=["world"], request=ClockMove, responses=WorldShape)
    def post(self, request: Request) -> Response:
        """Move the clock or let it run. It never passes what is due and not done: repeat until `now` is there."""
        world = self.trained()
        given = self.read(ClockMove)
        if given["action"] == "run":
            clock.run(world, mode=given.get("mode", World.Mode.PACED), pace=given.get("pace", 1.0))
        elif given["action"] == "until":
            if "until" not in given:
                raise BadInput({"until": ("请给出时间", "Say until when")})
            self.within_reach(given["until"])
            clock.advance(world, until=given["until"])
        else:
            clock.advance(world)
        return self.told()


class SetFault(TrainerView):
    """Faults."""

    @extend_schema(operation_id="world_fault_set", tags=["world"], request=NewFault, responses=WorldShape)
    def post(self, request: Request) -> Response:
        """Make a source or a department slow, silent, contradictory, garbling or losing its answers."""
        world = self.trained()
        given = self.read(NewFault)
        place, key = _place(given)
        self.within_reach(given.get("until"))
        if place == "source":
            exchanges.fault.set(world=world, source=key, actor=self.actor, **given)
        else:
            trainer.set_fault(world=world, department=key, **given)
        return self.told()


class ClearFault(TrainerView):
    """The end of faults."""

    @extend_schema(operation_id="world_fault_clear", tags=["world"], request=FaultPlace, responses=WorldShape)
    def post(self, request: Request) -> Response:
        """End the fault of a source or a department; there need not be one."""
        world = self.trained()
        place, key = _place(self.read(FaultPlace))
        if place == "source":
            exchanges.fault.clear(world=world, source=key, actor=self.actor)
        else:
            trainer.clear_fault(world=world, department=key)
        return self.told()


def _place(given: dict[str, Any]) -> tuple[str, str]:
    """Take the place of a fault out of a body. Raises BadInput unless it is exactly one."""
    places = [(name, given.pop(name)) for name in ("source", "department") if name in given]
    if len(places) != 1:
        raise BadInput({"source": ("请指明数据来源或部门其中之一", "Name either a source or a department")})
    return places[0]


class Settings(TrainerView):
    """How the simulated officers decide."""

    @extend_schema(operation_id="world_settings", tags=["world"], request=Conduct, responses=WorldShape)
    def post(self, request: Request) -> Response:
        """Change how simulated officers decide in this world."""
        trainer.decide_otherwise(world=self.trained(), **self.read(Conduct))
        return self.told()


class Figures(Single):
    """Figures."""

    @extend_schema(operation_id="figures", tags=["world"], responses=FiguresShape)
    def get(self, request: Request) -> Response:
        """Return reported figures with their source, and this world's own counts, apart from each other."""
        return self.answer(FiguresShape, figures.figures(self.world))


class Problem(Single):
    """The page of a type of problem."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="problem_type", tags=["public"], responses=ProblemType)
    def get(self, request: Request, kind: str) -> Response:
        """Say what a type of problem means and what to do about it."""
        if kind not in TYPES:
            raise NotFound("没有这种问题", "There is no such type of problem")
        status, zh, en, todo_zh, todo_en = TYPES[kind]
        told = {"key": kind, "zh": zh, "en": en, "status": status, "todo_zh": todo_zh, "todo_en": todo_en}
        return self.answer(ProblemType, told)


urlpatterns = [
    path("world", TheWorld.as_view(), name="api-world"),
    path("world/clock", ClockOf.as_view(), name="api-clock"),
    path("world/faults", SetFault.as_view(), name="api-fault-set"),
    path("world/faults/clear", ClearFault.as_view(), name="api-fault-clear"),
    path("world/settings", Settings.as_view(), name="api-world-settings"),
    path("figures", Figures.as_view(), name="api-figures"),
    path("problems/<slug:kind>", Problem.as_view(), name="api-problem"),
]
