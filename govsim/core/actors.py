"""Who acts. Pure: an actor is named in the journal and checked against the table of moves."""

from dataclasses import dataclass

# Roles of §E.2 that the engine knows, each with its name in both languages.
ROLES: dict[str, dict[str, str]] = {
    "applicant": {"zh": "申请人", "en": "Applicant"},
    "window": {"zh": "窗口受理人员", "en": "Window officer"},
    "handler": {"zh": "承办人", "en": "Handler"},
    "reviewer": {"zh": "审核人", "en": "Reviewer"},
    "approver": {"zh": "批准人", "en": "Approver"},
    "certificate_officer": {"zh": "证照管理员", "en": "Certificate officer"},
    "rule_officer": {"zh": "规则管理员", "en": "Rule officer"},
    "quality_inspector": {"zh": "质检员", "en": "Quality inspector"},
    "dispatcher": {"zh": "指挥中心值班员", "en": "Dispatcher of the command centre"},
    "auditor": {"zh": "审计员", "en": "Auditor"},
    "trainer": {"zh": "培训教师", "en": "Trainer"},
    "system": {"zh": "系统自动审批", "en": "System"},
}
OFFICERS = frozenset({"window", "handler", "reviewer", "approver", "certificate_officer", "quality_inspector"})


@dataclass(frozen=True)
class Actor:
    """Somebody who asks for a change: a role, a name that does not change, and where they sit.

    `key` is a citizen number or credit code for an applicant, `seat:<id>` for an officer, `system` or
    `simulation` for the platform itself.
    """

    role: str
    key: str
    department: str = ""
    roles: frozenset[str] = frozenset()

    def has(self, role: str) -> bool:
        """Say whether the actor may act in `role`."""
        return role == self.role or role in self.roles

    def __str__(self) -> str:
        return f"{self.role}:{self.key}"


SYSTEM = Actor(role="system", key="system")
# The simulated officer of a department does every officer's step, and only the simulation may be both.
SIMULATION = Actor(role="simulation", key="simulation", roles=OFFICERS)
