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
    Sight("apply-form", "/items/sz.senior_citizen_card/apply?consent=1", "doubtful"),
    Sight("applications", "/applications", "elder"),
    Sight("application-granted", "/applications/{granted}", "elder"),
    Sight("application-expert", "/applications/{granted}?view=expert", "elder"),
    Sight("application-refused", "/applications/{refused}", "stranger"),
    Sight("application-waiting", "/applications/{waiting}", "doubtful"),
    Sight("package-new", "/packages/new/sz.open_company", "founder"),
    Sight("package-form", "/packages/new/sz.open_company?example=1", "founder"),
    Sight("packages", "/packages", "founder"),
    Sight("package-done", "/packages/{package}", "founder"),
    Sight("wallet", "/wallet", "elder"),
    Sight("certificate", "/wallet/{certificate}", "elder"),
    Sight("my-data", "/my-data", "elder"),
    Sight("inbox", "/inbox", "handler"),
    Sight("case", "/inbox/{waiting}", "handler"),
    Sight("world", "/world", "trainer"),
    Sight("studio", "/studio", "rule_officer"),
    Sight("present", "/present"),
    Sight("present-opening", "/present/{opening}", "trainer"),
    Sight("present-show", "/present/{show}", "trainer"),
    Sight("present-notes", "/present/{show}/notes", "trainer"),
    Sight("present-end", "/present/{end}", "trainer"),
    Sight("command", "/command", "trainer"),
    Sight("verify", "/verify"),
    Sight("verify-certificate", "/w/{address}/verify/{certificate}"),
    Sight("about", "/about"),
    Sight("components", "/components"),
    Sight("not-found", "/no-such-page"),
)
