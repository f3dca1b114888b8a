"""For people who bring Locust, beside a running demo: `locust -f govsim/load/locustfile.py --host http://127.0.0.1:8000`.

It makes a town of its own as `manage.py load run` does (people, tokens, certificates), lets Locust's users do what the
personas do, and at the end holds every answer against the database: a lost or doubled application makes the exit
status 1. Run it in one process, on the machine of the demo and with its GOVSIM_VAR. Locust's users wait for answers
before they ask again (a closed model), so a slow platform is asked less: `load run` is the one whose times count.
"""

# ruff: noqa: E402 — Django is set up before its models are read

import os
from itertools import count
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsim.settings")
django.setup()

from locust import HttpUser, between, events, task

from govsim.core import world as worlds
from govsim.load import check, town
from govsim.load.profile import ITEMS, PERSONAS, Profile
from govsim.load.records import Call

PEOPLE: Final = 1000
SHED: Final = (429, 503)


class Stage:
    """The town of this run, and what was answered there."""

    built: town.Town | None = None
    calls: Final[list[Call]] = []
    numbers: Final = count()

    @classmethod
    def manifest(cls) -> dict[str, Any]:
        """Return what users need to know of the town. Raises RuntimeError before there is one."""
        if cls.built is None:
            raise RuntimeError("there is no town yet")
        return cls.built.manifest


@events.test_start.add_listener
def build(environment: Any, **_: Any) -> None:
    """Make the town before the first user comes."""
    Stage.calls.clear()
    Stage.built = town.build(Profile(people=PEOPLE), base_url=environment.host or "")


@events.test_stop.add_listener
def judge(environment: Any, **_: Any) -> None:
    """Hold what was answered against the database, say it, and retire the town."""
    if Stage.built is None:
        return
    try:
        found = check.check(Stage.built.world, Stage.calls)
    finally:
        worlds.retire(Stage.built.world)
    told = f"lost {len(found.lost)}, duplicates {len(found.duplicates)}, doubled {len(found.doubled)}"
    print(f"{found.acknowledged} acknowledged: {told}")  # noqa: T201 — Locust's own words go there, too
    if found.lost or found.duplicates or found.doubled:
        environment.process_exit_code = 1


class Citizen(HttpUser):
    """Somebody with a seat of the town."""

    abstract = True
    wait_time = between(0.5, 2)

    def on_start(self) -> None:
        self.place = next(Stage.numbers)
        tokens = Stage.manifest()["tokens"]
        self.mine = {"Authorization": f"Bearer {tokens[self.place % len(tokens)]}"}
        self.item = list(ITEMS)[self.place % len(ITEMS)]

    def ask(self, method: str, path: str, name: str, **more: Any) -> Any:
        """Send one request. One that was shed is counted under a name of its own and is no failure."""
        with self.client.request(method, path, name=name, catch_response=True, **more) as answer:
            if answer.status_code in SHED:
                answer.request_meta["name"] = f"{name} (shed)"
                answer.success()
        return answer

    def submit(self) -> None:
        """Apply once, and write down what was answered."""
        number = next(Stage.numbers)
        key = f"locust-{number}"
        typed = Stage.manifest()["typed"].get(self.item, {})
        body = {"item": self.item, "form": typed, "consent": True}
        headers = self.mine | {"Idempotency-Key": key}
        answer = self.ask("POST", "/api/v1/applications", "submit", json=body, headers=headers)
        call = Call(number, "applicant", "submit", 0.0, 0.0, 0.0, answer.status_code, key=key)
        if answer.status_code == 202:
            call.number = answer.json()["number"]
        Stage.calls.append(call)


class Applicant(Citizen):
    """Applies, again and again."""

    weight = round(PERSONAS["applicant"] * 100)

    @task
    def apply(self) -> None:
        self.submit()


class Careful(Citizen):
    """Reads the guide, lets the form be filled, applies, and looks at the list."""

    weight = round(PERSONAS["careful"] * 100)

    @task
    def apply(self) -> None:
        self.ask("GET", f"/items/{self.item}", "guide")
        headers = self.mine | {"Idempotency-Key": f"locust-prefill-{next(Stage.numbers)}"}
        prefill = f"/api/v1/items/{self.item}/prefill"
        self.ask("POST", prefill, "prefill", json={"consent": True}, headers=headers)
        self.submit()
        self.ask("GET", "/api/v1/applications", "look", headers=self.mine)


class Reader(Citizen):
    """Reads public pages."""

    weight = round(PERSONAS["reader"] * 100)

    @task
    def read(self) -> None:
        self.ask("GET", "/", "home")
        self.ask("GET", f"/items/{self.item}", "guide")


class Verifier(Citizen):
    """Verifies certificates."""

    weight = round(PERSONAS["verifier"] * 100)

    @task
    def verify(self) -> None:
        cards = Stage.manifest()["verify"]
        self.ask("GET", cards[next(Stage.numbers) % len(cards)], "verify")
