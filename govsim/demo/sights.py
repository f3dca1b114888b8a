"""Every page of the platform once: where it is, and as whom one looks at it."""

from dataclasses import dataclass

PUBLIC = ""


@dataclass(frozen=True)
class Sight:
    """One page: a name for its picture, an address with places for numbers, and a seat of the showcase."""

    name: str
    path: str
    seat: str = PUBLIC

    def at(self, numbers: dict[str, str]) -> str:
        """Return the address in a filled world."""
        return self.path.format(**numbers)


SIGHTS = (
    Sight("home", "/"),
    Sight("home-search", "/?q=公司"),
    Sight("sign-in", "/sign-in"),
    Sight("personas", "/personas"),
    Sight("items", "/items/"),
    Sight("guide", "/items/sz.old_age_allowance"),
    Sight("guide-licence", "/items/sz.business_registration"),
    Sight("theme", "/themes/sz.open_company"),
    Sight("apply", "/items/sz.old_age_allowance/apply", "doubtful"),
    Sight("apply-tasks", "/apply/{draft}", "doubtful"),
    Sight("apply-against", "/apply/{draft_against}", "stranger"),
    Sight("apply-form", "/apply/{draft}/details", "doubtful"),
    Sight("apply-materials", "/apply/{draft}/materials", "doubtful"),
    Sight("apply-sent", "/applications/{granted}/sent", "elder"),
    Sight("applications", "/applications", "elder"),
    Sight("application-granted", "/applications/{granted}", "elder"),
    Sight("application-expert", "/applications/{granted}?view=expert", "elder"),
    Sight("application-refused", "/applications/{refused}", "stranger"),
    Sight("application-waiting", "/applications/{waiting}", "doubtful"),
    Sight("progress", "/progress"),
    Sight("package-new", "/packages/new/sz.open_company", "founder"),
    Sight("package-form", "/packages/new/sz.open_company?example=1", "founder"),
    Sight("packages", "/packages", "founder"),
    Sight("package-done", "/packages/{package}", "founder"),
    Sight("package-sent-back", "/packages/{asked}", "founder"),
    Sight("package-unsigned", "/packages/{unsigned}", "founder"),
    Sight("package-sign", "/packages/{unsigned}/sign", "founder"),
    Sight("package-other-city", "/packages/new/zq.open_company?example=1", "founder"),
    Sight("wallet", "/wallet", "elder"),
    Sight("certificate", "/wallet/{certificate}", "elder"),
    Sight("wallet-firm", "/wallet", "founder"),
    Sight("certificate-present", "/wallet/{certificate}/present", "elder"),
    Sight("my-data", "/my-data", "elder"),
    Sight("my-data-registers", "/my-data?tab=registers", "elder"),
    Sight("my-data-consents", "/my-data?tab=consents", "elder"),
    Sight("dispute", "/my-data/registers/population/0/dispute", "elder"),
    Sight("certificate-desk", "/certificates/desk?q={firm}", "certificate_officer"),
    Sight("certificate-desk-one", "/certificates/desk/{licence}", "certificate_officer"),
    Sight("certificate-revoke", "/certificates/desk/{licence}/revoke", "certificate_officer"),
    Sight("inbox", "/inbox", "handler"),
    Sight("case", "/inbox/{waiting}", "handler"),
    Sight("case-decided", "/inbox/{granted}", "approver"),
    Sight("disputes", "/disputes", "handler"),
    Sight("inbox-inspector", "/inbox", "quality_inspector"),
    Sight("world", "/world", "trainer"),
    Sight("load", "/load", "trainer"),
    Sight("incidents", "/incidents", "trainer"),
    Sight("studio", "/studio", "rule_officer"),
    Sight("studio-rule-set", "/studio/sz.old_age_allowance", "rule_officer"),
    Sight("studio-expert", "/studio/sz.old_age_allowance?view=expert", "rule_officer"),
    Sight("studio-try", "/studio/sz.old_age_allowance/try", "rule_officer"),
    Sight("studio-draft", "/studio/sz.old_age_allowance/drafts/{rule_draft}", "rule_officer"),
    Sight("studio-review", "/studio/sz.old_age_allowance/drafts/{rule_draft}", "trainer"),
    Sight("studio-replay", "/studio/sz.old_age_allowance/drafts/{rule_draft}/replays/{replay}", "trainer"),
    Sight("present", "/present"),
    Sight("present-opening", "/present/{opening}", "trainer"),
    Sight("present-show", "/present/{show}", "trainer"),
    Sight("present-notes", "/present/{show}/notes", "trainer"),
    Sight("present-trouble", "/present/{show}/trouble", "trainer"),
    Sight("present-end", "/present/{end}", "trainer"),
    Sight("command", "/command", "trainer"),
    Sight("command-rows", "/command/rows/submitted"),
    Sight("command-pressing", "/command/rows/open", "trainer"),
    Sight("verify", "/verify"),
    Sight("verify-certificate", "/w/{address}/verify/{certificate}"),
    Sight("about", "/about"),
    Sight("components", "/components"),
    Sight("not-found", "/no-such-page"),
)
