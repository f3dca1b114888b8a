"""What a grant brings about: deliverables, the certificate, the register entries, a new firm's credit code."""

from datetime import date
from typing import Any

from approvals.actions.casefile import Case
from approvals.actions.gather import form_values
from approvals.actions.rulings import Ruling
from approvals.models import Application
from approvals.rules import engine
from certificates.actions import issue
from govsim.core import numbers
from govsim.core.codes import credit
from govsim.core.expressions import EvaluationError
from govsim.core.models import World
from govsim.core.organisations import cities, department, in_city
from govsim.exchange.actions import register


def complete_grant(world: World, case: Case, found: Any, made: Ruling) -> bool:
    """Add deliverables, certificate and register entries to a grant; False when the certificate has no value."""
    body, row = case.item.body, case.row
    made.deliverables = [dict(each) for each in body.get("deliverables", [])]
    values = form_values(case)
    try:
        granted = engine.granted(case.ruleset, found, values, row.number)
    except EvaluationError:
        return False
    if body.get("assigns") == "credit_code":
        made.result["credit_code"] = new_firm_code(world, row)
    owners = {"applicant": row.applicant, "firm": row.subject, "new_firm": made.result.get("credit_code", "")}
    made.registers = [
        register.Entry(dataset, owners[key], row.city, record) for dataset, key, record in granted.registers
    ]
    if granted.certificate is None:
        return True
    fields, until = granted.certificate
    holder_kind = case.ruleset.certificate.holder if case.ruleset.certificate else ""
    code, name = _certificate_holder(case, holder_kind, made)
    made.certificate = issue.IssueRequest(
        type_key=body["result_certificate"]["type"],
        holder_code=code,
        holder_name=name,
        issuer_key=_issuer(row),
        fields={key: value.isoformat() if isinstance(value, date) else value for key, value in fields.items()},
        number=made.result.get("credit_code") if holder_kind == "new_firm" else None,
        valid_from=made.at.date(),
        valid_until=until,
        case_number=row.number,
        application_id=row.pk,
    )
    return True


# Registration department and category of a new entity, by its type (§C.4).
_CATEGORIES = {"individual_business": "92"}


def new_firm_code(world: World, row: Application) -> str:
    """Return a unified social credit code that nobody has: from the simulated region, numbered within the world."""
    category = _CATEGORIES.get(str(row.form.get("company_type")), "91")
    serial = numbers.take(world.pk, "firm")
    return credit.make(category, cities()[row.city].region, f"MN{NEW_FIRMS + serial:06d}")


NEW_FIRMS = 500_000  # above the firms of the population


def _issuer(row: Application) -> str:
    """Return who signs the result: the department itself, or the city's police for a seal maker's work."""
    kind = department(row.department).kind
    return in_city("psb", row.city) if kind == "seal_maker" else row.department


def _certificate_holder(case: Case, kind: str, made: Ruling) -> tuple[str, str]:
    row = case.row
    if kind == "new_firm":
        return made.result["credit_code"], str(row.form.get("company_name", ""))
    if kind == "firm" or (not kind and case.item.body["subject"] == "firm"):
        return row.subject, str(row.form.get("company_name") or row.applicant_name)
    return row.applicant, row.applicant_name
