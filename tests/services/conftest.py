import shutil

import pytest

from services import queries
from services.models import CatalogueEntry, ItemVersion, Publication, RuleSetProposal, RuleSetVersion, ThemeVersion


@pytest.fixture
def catalogue(tmp_path):
    """A copy of the catalogue that a test may spoil: `catalogue / "shenzhen" / "old_age_allowance.yaml"`."""
    return shutil.copytree(queries.ROOT, tmp_path / "catalogue")


@pytest.fixture
def nothing_published(db):
    """The tables as a new installation has them; the session's own publication is back after the test."""
    for model in (RuleSetProposal, RuleSetVersion, ItemVersion, ThemeVersion, CatalogueEntry, Publication):
        model.objects.all().delete()
    queries._end()  # a request that another test broke off would still trust what it saw


@pytest.fixture
def edit(catalogue):
    """Replace a piece of text in one file, once; returns the file and the line where the new text begins."""

    def change(name, old, new):
        path = catalogue / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path, text[: text.index(old)].count("\n") + 1

    return change
