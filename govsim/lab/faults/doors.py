"""Faults of access: somebody else's things, forged requests, and sessions that go on after their end."""

import re
from collections.abc import Iterator
from typing import Any, Final

import httpx
from django.urls import URLPattern

from govsim.lab.faults import fault
from govsim.lab.site import ALLOWANCE, Client, Site, problem, site, told
from govsim.lab.trial import Trial
from govsim.lab.visitor import Visitor

# What a door is given, so that what is refused is the access and not the form.
BODIES: Final[dict[str, Any]] = {
    "decline": {"reason_zh": "x"}, "refuse": {"reason_zh": "x"}, "return": {"reason_zh": "x"},
    "ask_correction": {"missing": [{"what": "a", "zh": "b"}]}, "suspend": {"reason": "x"}, "rate": {"code": 1},
    "inspect": {"passed": True}, "present": {"purpose": "x", "user": "y"}, "revoke": {"reason": "x"},
    "cancel": {"reason": "x"}, "submit": {"form": ALLOWANCE["form"], "consent": True},
}  # fmt: skip
NUMBERED: Final = re.compile(r"<\w+:(\w+)>")
# Pages that name one thing; {} stands for its number. Verbs are sent as POST.
SEEN: Final = {
    "applications": ("/applications/{}", "/applications/{}/live", "/applications/{}/receipt.pdf",
                     "/applications/{}/decision.pdf", "/applications/{}/sent", "/inbox/{}", "/inbox/{}/live",
                     "/apply/{}", "/apply/{}/details", "/apply/{}/materials", "/apply/{}/check"),
    "packages": ("/packages/{}", "/packages/{}/live"),
    "wallet": ("/wallet/{}", "/wallet/{}/card.svg", "/wallet/{}/present", "/certificates/desk/{}"),
}  # fmt: skip
DONE: Final = {
    "applications": ("/applications/{}/withdraw", "/applications/{}/ask_review", "/inbox/{}/grant", "/inbox/{}/open"),
    "packages": ("/packages/{}/sign", "/packages/{}/withdraw"),
    "wallet": ("/wallet/{}/show", "/wallet/{}/present", "/certificates/desk/{}/revoke"),
}  # fmt: skip


def routes() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (route, last word, methods) of every API route that names somebody's thing."""
    from govsim import api

    for pattern in api.urlpatterns:
        route = str(pattern.pattern)
        names = NUMBERED.findall(route)
        if isinstance(pattern, URLPattern) and names and names[0] in ("number", "identifier", "consent"):
            view: Any = pattern.callback
            yield (
                route,
                route.rpartition("/")[2],
                tuple(each for each in ("get", "post", "put") if hasattr(view.cls, each)),
            )


@fault("F44", "越权访问他人事物", "other people's things: every route, by strangers of every role")
def strangers(trial: Trial) -> None:
    """What is not yours does not exist (404), in pages and API, for applicants, officers and another world's seats.

    An officer without any case of the kind may be told 403. Refusals are not journalled: they change nothing.
    """
    town = site(trial, workers=False)
    things = _things(town)
    before = _standing(town)
    neighbour = town.settle(name="neighbour", seed=7)
    outside = [
        town.told["people"][1], neighbour["people"][0],
        town.seat("handler", "sz.tax"), next(each for each in neighbour["staff"] if each["role"] == "approver"),
    ]  # fmt: skip
    wrong, asked = [], 0
    for seat in outside:
        allowed = (404,) if seat["role"] == "applicant" else (403, 404)
        for answer in _by_api(town.client(seat["token"]), things):
            asked += 1
            if not problem(answer, *allowed):
                wrong.append(f"{seat['role']}: {told(answer)}")
        for answer in _by_pages(Visitor(town, seat), things):
            asked += 1
            if answer.status_code not in (403, 404):
                wrong.append(f"{seat['role']}: {told(answer)}")
    for answer in _by_api(town.client(), things):
        asked += 1
        if not problem(answer, 401):
            wrong.append(f"nobody: {told(answer)}")
    trial.reached(f"{asked} requests for other people's things")
    trial.hold("none finds or moves anything", not wrong, found=wrong[:3])
    trial.hold("nothing has changed", _standing(town) == before)
    own = town.person(0).get(f"applications/{things['applications']}")
    trial.hold("who owns it finds it", own.status_code == 200, found=told(own))
    trial.verify(town.lab)


def _things(town: Site) -> dict[str, str]:
    """One of each kind that belongs to the first elder, or to the founder."""
    elder = town.person(0)
    made = elder.post("applications", {**ALLOWANCE, "human_route": True})
    founder = town.person(len(town.told["people"]) - 3)
    package = founder.post("packages", {**town.told["package"], "sign_all": False})
    if (made.status_code, package.status_code) != (202, 202):
        raise RuntimeError(f"{told(made)} {told(package)}")
    card = town.told["cards"][town.told["people"][0]["number"]][0]
    consent = elder.get("consents").json()["results"][0]["id"]
    return {
        "applications": made.json()["number"], "packages": package.json()["number"], "wallet": card,
        "certificates": card, "consents": str(consent),
    }  # fmt: skip


def _standing(town: Site) -> list[Any]:
    return [
        *town.rows("SELECT number, state, version FROM approvals_application ORDER BY id"),
        *town.rows("SELECT number, state, version FROM approvals_package ORDER BY id"),
        *town.rows("SELECT identifier, state FROM certificates_certificate WHERE world_id = 1 ORDER BY id"),
    ]


def _by_api(client: Client, things: dict[str, str]) -> Iterator[httpx.Response]:
    for route, verb, methods in routes():
        path = NUMBERED.sub(things[route.partition("/")[0]], route)
        for method in methods:
            body = None if method == "get" else {"form": {}} if method == "put" else BODIES.get(verb, {})
            if route.endswith("applications/<str:number>/resume"):
                body = {}
            elif verb in ("resume", "suspend") and route.startswith("certificates"):
                body = {"reason": "x"}
            yield client.send(method.upper(), path, body)


def _by_pages(visitor: Visitor, things: dict[str, str]) -> Iterator[httpx.Response]:
    for kind, places in SEEN.items():
        for place in places:
            yield visitor.http.get(place.format(things[kind]))
    for kind, places in DONE.items():
        for place in places:
            yield visitor.post(place.format(things[kind]), {"reason": "x"})


@fault("F46", "跨站伪造请求", "forged requests: without a token, or from another origin")
def forged(trial: Trial) -> None:
    """A session cookie alone moves nothing: without CSRF token, with a wrong one, or from another origin it is 403."""
    town = site(trial, workers=False)
    elder = Visitor(town, town.told["people"][0])
    number = town.person(0).post("applications", {**ALLOWANCE, "human_route": True}).json()["number"]
    address = f"/applications/{number}/withdraw"
    posts = {
        "without a token": elder.http.post(address),
        "a wrong token": elder.http.post(address, data={"csrfmiddlewaretoken": "a" * 32}),
        "another origin": elder.post(address, {}, Origin="https://elsewhere.example"),
        "a foreign referrer and the origin null": elder.post(
            address, {}, Origin="null", Referer="https://elsewhere.example/"
        ),
        "the API by cookie": elder.http.post(
            f"/api/v1/applications/{number}/withdraw", json={}, headers={"Idempotency-Key": "k"}
        ),
        "the sign-out": elder.http.post("/sign-out"),
        "verifying": elder.http.post("/verify", data={"identifier": "1"}),
    }
    trial.reached(f"{len(posts)} forged requests with a living session")
    wrong = [f"{name}: {told(each)}" for name, each in posts.items() if each.status_code != 403]
    trial.hold("each is refused with 403", not wrong, found=wrong)
    gets = [elder.http.get(each) for each in (address, "/sign-out")]
    trial.hold("no GET changes anything", {each.status_code for each in gets} == {405}, found=[told(x) for x in gets])
    kept = town.one("SELECT state FROM approvals_application")
    trial.hold("the case was not withdrawn", kept == "submitted", found=kept)
    good = elder.post(address, {})
    after = town.one("SELECT state FROM approvals_application")
    trial.hold("the owner's own form is taken", (good.status_code, after) == (302, "withdrawn"), found=told(good))
    trial.verify(town.lab)


@fault("F47", "会话被窃后继续使用", "a session, a link or a token that is used after its end")
def stolen(trial: Trial) -> None:
    """A cookie copied before the sign-out, a used one-time link and a token of a world that was reset open nothing.

    There are no passwords, so a change of password does not exist; signing in anew gives a new session.
    """
    town = site(trial, workers=False)
    seat = town.told["people"][0]
    elder, thief = Visitor(town, seat), Visitor(town)
    stolen_cookie = elder.http.cookies["sessionid"]
    thief.http.cookies.set("sessionid", stolen_cookie, domain="127.0.0.1")
    inside = thief.http.get("/wallet").status_code
    trial.reached("a copied cookie opened the wallet before the sign-out", unless=inside != 200)
    elder.post("/sign-out", {})
    after = [thief.http.get("/wallet"), thief.http.get("/applications"), thief.http.get("/api/v1/wallet")]
    trial.hold("after it the copy opens nothing", [each.status_code for each in after] == [302, 302, 401],
               found=[told(each) for each in after])  # fmt: skip
    again = Visitor(town)
    trial.hold("the link is used up", again.http.get(f"/in/{seat['link']}").status_code == 403)
    fixed = Visitor(town)
    fixed.http.get("/")
    fixed.http.cookies.set("sessionid", "a" * 32, domain="127.0.0.1")
    fixed.http.get(f"/in/{town.told['people'][1]['link']}")
    chosen = [each.value for each in fixed.http.cookies.jar if each.name == "sessionid"]
    trial.hold("a session chosen beforehand is not taken", any(each != "a" * 32 for each in chosen), found=chosen)
    owner, token = Visitor(town, town.told["people"][2]), town.person(2)
    open_before = (owner.http.get("/wallet").status_code, token.get("wallet").status_code)
    town.settle(name="load", seed=trial.seed)  # the world is reset
    open_after = (owner.http.get("/wallet").status_code, token.get("wallet").status_code)
    trial.hold("a reset ends sessions and tokens", (open_before, open_after) == ((200, 200), (302, 401)),
               found=(open_before, open_after))  # fmt: skip
    trial.verify(town.lab)
