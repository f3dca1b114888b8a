from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = "统一受理与审批 / Acceptance and approval"

    def ready(self) -> None:
        from approvals import queries
        from govsim.core import audit, clock

        clock.register_due(queries.earliest_due)
        audit.auditable("decision")(queries.decision_hashes)
