"""What documents and certificates a case has, and what they are called where it stands."""

from typing import Any

from django.urls import reverse

from approvals.models import Application


def listed(row: Application, decision: Any) -> list[dict[str, Any]]:
    """Return the documents and certificates of a case: where each is, its name, and what it says."""
    found: list[dict[str, Any]] = []
    if decision is not None and decision.certificate:
        about = {"zh": "在您的证照夹里，可以出示和核验", "en": "In your wallet; it can be shown and verified"}
        name = {"zh": "电子证照", "en": "Electronic certificate"}
        found.append({"url": reverse("certificate", args=[decision.certificate]), "name": name, "about": about})
    if decision is not None:
        name = {"zh": "决定说明书（PDF）", "en": "Decision passport (PDF)"}
        about = {"zh": "每条规则、看到的数据和理由", "en": "Each rule, the data seen and the reasons"}
        where = reverse("application-decision", args=[row.number])
        found.append({"url": where, "name": name, "about": about, "pdf": True})
    if row.state != "draft":
        called = title(row)
        name = {"zh": f"{called['zh']}（PDF）", "en": f"{called['en']} (PDF)"}
        about = {"zh": "编号、时间、材料清单", "en": "Number, times and list of materials"}
        where = reverse("application-receipt", args=[row.number])
        found.append({"url": where, "name": name, "about": about, "pdf": True})
    return found


def title(row: Application) -> dict[str, str]:
    """Return what the receipt of a case is called where it stands."""
    if row.state == "not_accepted":
        return {"zh": "不予受理通知书", "en": "Notice of non-acceptance"}
    if row.state == "correcting":
        return {"zh": "补正告知书", "en": "Correction notice"}
    if row.accepted_at is not None:
        return {"zh": "受理通知书", "en": "Notice of acceptance"}
    return {"zh": "申请回执", "en": "Receipt of application"}
