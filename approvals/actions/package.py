"""Packages (一窗通 and every theme): one form becomes several applications (decision 11).

Start → everybody signs → submit → the branches without a predecessor are applied for → each outcome opens the
branches that waited for it → when nothing is left to do, the package's state follows from its branches.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from approvals import states
from approvals.actions import cases, checking, withdraw
from approvals.actions.submit import CONSENT_DAYS, consent_scope, new
from approvals.events import (
    ApplicationSubmitted,
    PackageFinished,
    PackageStarted,
    PackageSubmitted,
    PackageWithdrawn,
)
from approvals.models import Application, Package, Signature
from govsim.core import audit, clock, journal, moves, numbers
from govsim.core.actors import SIMULATION, SYSTEM, Actor
from govsim.core.errors import BadInput, NotAllowed, NotFound, Refused
from govsim.core.models import World
from govsim.exchange import queries as exchange
from govsim.exchange.actions import consent as consents
from govsim.exchange.actions import release_name, reserve_name
from services import queries as catalogue


def chosen_branches(theme: Mapping[str, Any], form: Mapping[str, Any]) -> list[str]:
    """Return the keys of the branches that the form asks for, in the theme's order."""
    return [
        branch["key"]
        for branch in theme["branches"]
        if branch["chosen_by"] == "always" or form.get(branch["chosen_by"].removeprefix("form.")) is True
    ]


def start(
    *,
    world: World,
    actor: Actor,
    applicant_name: str,
    theme_key: str,
    form: Mapping[str, Any],
    materials: Mapping[str, Any] | None = None,
    consent: bool = True,
    sign_all: bool = False,
) -> Package:
    """Start a package: check the form, declare and reserve the name, name who has to sign.

    The applicant signs by starting. With `sign_all` the simulation signs for the others at once; else each signs in
    their own sign-in. Raises BadInput with every faulty field; a name that is refused comes with names to choose.
    """
    if actor.role != "applicant":
        raise NotAllowed("只有申请人可以申报", "Only an applicant may submit")
    theme = catalogue.theme(theme_key)
    at = clock.now(world)
    city = theme.body["city"]
    entries, chosen = checking.checked(world, theme.body, form, materials or {}, at)
    with transaction.atomic():
        number = numbers.case_numbers(world.pk, city, at.date())[0]
        branches = chosen_branches(theme.body, entries)
        given = [_consent(world, actor, number, theme.body, branches, at)] if consent else []
        if "company_name" in entries:
            reserve_name(world=world, name=entries["company_name"], city=city, by=actor.key, at=at)
        package = Package.objects.create(
            world=world, number=number, theme_key=theme.key, theme_version=theme.version, city=city,
            applicant=actor.key, applicant_name=applicant_name, form=entries, materials=chosen, consents=given,
            branches=branches, created_at=at, recorded_at=clock.wall(),
        )  # fmt: skip
        journal.record(world.pk, "package", package.pk, 1, PackageStarted(number), actor=actor, at=at)
        _name_signers(package, entries)
        _sign(package, actor.key, actor, at)
        if sign_all:
            _sign_for_others(package, actor, at)
        _submit_when_signed(package, actor, at)
    return package


def _consent(
    world: World, actor: Actor, number: str, theme: Mapping[str, Any], branches: Sequence[str], at: datetime
) -> int:
    datasets: set[str] = set()
    types: set[str] = set()
    fields: set[str] = set()
    for branch in theme["branches"]:
        if branch["key"] in branches:
            scope = consent_scope(catalogue.item(branch["item"]).body)
            datasets.update(scope[0])
            types.update(scope[1])
            fields.update(scope[2])
    given = consents.give(
        world=world, subject=actor.key, purpose=number, datasets=datasets, certificate_types=types, fields=fields,
        until=at + timedelta(days=CONSENT_DAYS), at=at,
    )  # fmt: skip
    return int(given.pk)


_ROLES = ("legal_representative", "shareholders", "supervisor", "finance_officer", "contact")


def _name_signers(package: Package, form: Mapping[str, Any]) -> None:
    """Write down everybody who has to sign, each with their roles in the firm."""
    roles: dict[str, list[str]] = {package.applicant: []}
    for role in _ROLES:
        value = form.get(role)
        for person in value if isinstance(value, list) else [value] if value else []:
            roles.setdefault(person, []).append(role)
    known = exchange.records(package.world, "identity_library", list(roles))
    faults: dict[str, tuple[str, str]] = {}
    signatures = []
    for person, held in roles.items():
        record = next((each for each in known if each["key"] == person), None)
        if record is None:
            field = held[0] if held else "applicant"
            faults[field] = (f"实名核身库中没有 {person}", f"{person} is not in the identity library")
            continue
        signatures.append(Signature(package=package, person=person, name=record["name"], roles=held))
    if faults:
        raise BadInput(faults)
    Signature.objects.bulk_create(signatures)


def _sign(package: Package, person: str, actor: Actor, at: datetime) -> None:
    rows = package.signatures.filter(person=person, signed_at=None)
    if rows.update(verified_at=at, signed_at=at, signed_by=str(actor)) != 1:
        raise NotFound("没有等待您签名的文件", "Nothing waits for your signature")


def sign(*, world: World, actor: Actor, number: str, for_others: bool = False) -> Package:
    """Sign as oneself, after the real-name check of the signed-in seat; the last signature submits the package.

    With `for_others` the applicant has the simulation sign at once for everybody who has not signed yet.
    """
    package = cases.package(world, number, actor)
    if package.state != "signing":
        raise Refused("该申请已提交，无需签名", "This has been submitted; it needs no signature")
    at = clock.now(world)
    with transaction.atomic():
        Package.objects.select_for_update().get(pk=package.pk)  # of two last signers, one submits
        if for_others:
            _sign_for_others(package, actor, at)
        else:
            _sign(package, actor.key, actor, at)
        _submit_when_signed(package, actor, at)
    return package


def _sign_for_others(package: Package, actor: Actor, at: datetime) -> None:
    """Have the simulation sign for everybody who has not signed. Only the applicant may ask for it."""
    if actor.key != package.applicant:
        raise NotAllowed(
            "只有申请人可以请模拟系统代签", "Only the applicant may have the simulation sign for the others"
        )
    for signature in package.signatures.filter(signed_at=None):
        _sign(package, signature.person, SIMULATION, at)


def _submit_when_signed(package: Package, actor: Actor, at: datetime) -> None:
    if package.signatures.filter(signed_at=None).exists():
        return
    moves.make(
        package, states.PACKAGE, "submit", event=PackageSubmitted(package.number), actor=actor, at=at, submitted_at=at
    )
    _open_branches(package, at)


# --- branches ---------------------------------------------------------------------------------------------------


def _live(package: Package) -> dict[str, Application]:
    """Return the newest application of each branch that has one."""
    return {row.branch: row for row in package.applications.select_related("decision").order_by("pk")}


def _open_branches(package: Package, at: datetime) -> None:
    """Apply for every chosen branch whose predecessors are granted and that has no application yet."""
    theme = catalogue.theme_version(package.theme_key, package.theme_version).body
    newest = _live(package)
    ready = [
        branch
        for branch in theme["branches"]
        if branch["key"] in package.branches
        and branch["key"] not in newest
        and all(each in newest and newest[each].state == "granted" for each in branch.get("after", ()))
    ]
    for branch in ready:
        _apply(package, branch, newest, at, department_key=_first_department(package, branch))


def _first_department(package: Package, branch: Mapping[str, Any]) -> str:
    """Return the bank or seal maker that the applicant chose, else the first of those who can do the branch."""
    able = branch.get("alternatives", ())
    wished = [value for value in package.form.values() if isinstance(value, str) and value in able]
    return next(iter([*wished, *able]), "")


def _apply(
    package: Package, branch: Mapping[str, Any], newest: Mapping[str, Application], at: datetime, *, department_key: str
) -> None:
    """Hand in one branch with the part of the form that its item asks for, and what earlier branches gave."""
    item = catalogue.item(branch["item"])
    given: dict[str, Any] = {}
    for row in newest.values():
        if row.state == "granted":
            given.update(row.decision.result)
    wanted = {field["key"] for field in item.body["form"] if "source" not in field}
    form = {key: value for key, value in {**given, **package.form}.items() if key in wanted}
    for field in item.body["form"]:
        if department_key in field.get("choices", ()):
            form[field["key"]] = department_key  # an alternative takes the place of the one that was chosen
    materials = {each["key"] for each in item.body["materials"]}
    number = numbers.case_numbers(package.world_id, package.city, at.astimezone(clock.ZONE).date())[0]
    row = new(
        world=package.world, number=number, item=item, applicant=package.applicant,
        applicant_name=package.applicant_name, subject=str(given.get("credit_code") or package.applicant), at=at,
        state="submitted", form=form, consent_ids=package.consents, package=package, branch=branch["key"],
        materials={key: value for key, value in package.materials.items() if key in materials},
        department=department_key or item.body["department"],
    )  # fmt: skip
    row.save(force_insert=True)
    journal.record(
        package.world_id, "application", row.pk, 1, ApplicationSubmitted(number, package.pk, branch["key"]),
        actor=SYSTEM, at=at,
    )  # fmt: skip


def follow(package_id: int, branch_key: str, at: datetime) -> None:
    """Do what follows from the outcome of one branch: open the next, try an alternative, or close the package.

    Told by the journal in one transaction; the package row is locked, so two outcomes at once follow one another.
    """
    package = Package.objects.select_for_update().select_related("world").get(pk=package_id)
    if package.state != "running":
        return
    theme = catalogue.theme_version(package.theme_key, package.theme_version).body
    newest = _live(package)
    ended = newest[branch_key]
    if ended.state == "granted":
        _open_branches(package, at)
    elif ended.state == "refused":
        _try_another(package, next(each for each in theme["branches"] if each["key"] == branch_key), newest, at)
    _close(package, theme, at)


def _try_another(package: Package, branch: Mapping[str, Any], newest: Mapping[str, Application], at: datetime) -> None:
    """Hand a refused branch to the next department that can do it: another bank, another seal maker."""
    tried = set(package.applications.filter(branch=branch["key"]).values_list("department", flat=True))
    left = [each for each in branch.get("alternatives", ()) if each not in tried]
    if left:
        _apply(package, branch, newest, at, department_key=left[0])


def _close(package: Package, theme: Mapping[str, Any], at: datetime) -> None:
    """Derive the package's state once no branch is under way and none can be opened any more."""
    newest = _live(package)
    if any(row.state in states.APPLICATION.unfinished for row in newest.values()):
        return
    granted = [key for key, row in newest.items() if row.state == "granted"]
    lost = [key for key in package.branches if key not in granted]
    verb = "finish" if not lost else "finish_partly" if granted else "refuse"
    state = next(move.target for move in states.PACKAGE.of(verb))
    moves.make(
        package, states.PACKAGE, verb, actor=SYSTEM, at=at, finished_at=at,
        event=PackageFinished(package.number, state=state, granted=granted, refused=lost),
    )  # fmt: skip
    if not granted and "company_name" in package.form:
        release_name(world=package.world, name=package.form["company_name"], by=package.applicant, at=at)
    leaf = audit.Leaf("package", package.number, audit.digest([package.number, state, granted, lost]))
    audit.append(package.world_id, [leaf], shard_key=package.pk)


def withdraw_package(*, world: World, actor: Actor, number: str) -> Package:
    """Withdraw a package and every branch of it that is not finished; what was granted stays granted."""
    package = cases.package(world, number, actor)
    if actor.role == "applicant" and package.applicant != actor.key:
        raise NotAllowed("只有申请人可以撤件", "Only the applicant may withdraw")
    at = clock.now(world)
    with transaction.atomic():
        moves.make(
            package, states.PACKAGE, "withdraw", actor=actor, at=at, finished_at=at,
            event=PackageWithdrawn(package.number),
        )  # fmt: skip
        for row in package.applications.filter(state__in=states.APPLICATION.unfinished):
            row.world = world
            withdraw.make_withdraw(row, actor=actor, at=at)
        if "company_name" in package.form and not package.applications.filter(state="granted").exists():
            release_name(world=world, name=package.form["company_name"], by=package.applicant, at=at)
    return package
