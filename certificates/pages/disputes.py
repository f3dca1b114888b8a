"""The desk of the department that keeps a register: what people say is wrong there (数据异议), and its answer."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from certificates.pages import wording
from certificates.pages.my_data import told_dispute
from certificates.pages.wording import Words
from govsim.core import access, clock, faults
from govsim.core.doors import SeatedRequest, seated
from govsim.core.errors import BadInput, Conflict, GovsimError, Refused
from govsim.exchange import queries as exchange
from govsim.exchange.actions import dispute

DESKS: Final = ("handler", "window")
MOST: Final = 50
LONGEST_NOTE: Final = 200
ANSWERS: Final[dict[str, Words]] = {
    "corrected": {"zh": "登记有误，照申请人说的改过来", "en": "The register is wrong: correct it as the person says"},
    "upheld": {"zh": "登记无误，维持原样", "en": "The register is right: leave it as it is"},
}
DONE: Final[Words] = {"zh": "已答复，申请人看得到", "en": "Answered; the person can read it"}
CHOOSE: Final = ("请选择答复", "Choose an answer")
SAY_WHY: Final = ("请写明怎样核实的", "Say how you checked it")


@require_GET
@seated(*DESKS)
def disputes(request: SeatedRequest) -> HttpResponse:
    """List what the department still has to answer, oldest first."""
    return _page(request)


@require_POST
@seated(*DESKS)
def answer(request: SeatedRequest, number: int) -> HttpResponse:
    """Answer one dispute; a refused answer is shown again as it was typed. Raises NotFound for another department's."""
    world = request.seat.world
    try:
        found = exchange.dispute_of(world, request.seat.department, number)
        chosen, note = request.POST.get("answer", ""), request.POST.get("note", "").strip()[:LONGEST_NOTE]
        wrong = ({} if chosen in ANSWERS else {"answer": CHOOSE}) | ({} if note else {"note": SAY_WHY})
        if wrong:
            raise BadInput(wrong)
        dispute.resolve(
            world=world, dispute_id=found.pk, corrected=chosen == "corrected", note=note, at=clock.now(world),
            actor=access.actor(request.seat),
        )  # fmt: skip
    except (BadInput, Conflict, Refused) as refused:
        return _page(request, number, refused)
    messages.success(request, "answered")
    return redirect("disputes")


def _page(request: SeatedRequest, number: int = 0, refused: GovsimError | None = None) -> HttpResponse:
    rows = exchange.open_disputes(request.seat.world, request.seat.department, limit=MOST)
    typed = request.POST if refused is not None else {}
    found = faults.of(refused) if refused is not None else []
    told: dict[str, Any] = {
        "department": wording.department_name(request.seat.department),
        "lines": [
            {
                **told_dispute(each),
                "faults": {fault["field"]: fault for fault in found} if each.pk == number else {},
                "answer": typed.get("answer", "") if each.pk == number else "",
                "note": typed.get("note", "") if each.pk == number else "",
            }
            for each in rows
        ],
        "answers": [{"key": key, **words} for key, words in ANSWERS.items()],
        "faults": [{**each, "field": f"{each['field']}-{number}" if each["field"] else ""} for each in found],
        "notes": [DONE for _ in messages.get_messages(request)],
    }
    status = 200 if refused is None else 409 if isinstance(refused, Conflict) else 422
    return render(request, "certificates/disputes.html", told, status=status)
