"""Publishing: by content, never twice, and what is published never changes."""

from datetime import date

import pytest

from services import actions, queries
from services.models import ItemVersion, Publication, RuleSetVersion, ThemeVersion

pytestmark = [pytest.mark.usefixtures("nothing_published"), pytest.mark.database]
ALLOWANCE = "shenzhen/old_age_allowance.yaml"
TODAY = date(2021, 12, 1)


def test_everything_is_published_once():
    first = actions.publish()
    second = actions.publish()

    assert ("sz.old_age_allowance", 1) in first.items
    assert ("zq.open_company", 1) in first.themes
    assert len(first.items) == len(first.rule_sets) == ItemVersion.objects.count() == RuleSetVersion.objects.count()
    assert not second.changed
    assert Publication.objects.count() == 1


def test_a_changed_file_is_a_new_version_and_the_old_one_stays(catalogue, edit):
    actions.publish(root=catalogue)
    before = queries.current_rule_set("sz.old_age_allowance", None, TODAY)
    edit(ALLOWANCE, "{from: 70, to: 79, value: 20000}", "{from: 70, to: 79, value: 25000}")

    report = actions.publish(root=catalogue)

    assert report.items == report.rule_sets == [("sz.old_age_allowance", 2)]
    assert report.themes == []
    after = queries.current_rule_set("sz.old_age_allowance", None, TODAY)
    assert (before.version, after.version) == (1, 2)
    assert queries.rule_set_by_hash("sz.old_age_allowance", before.sha256).body == before.body
    assert queries.item_version("sz.old_age_allowance", 1).version == 1


def test_words_for_people_change_the_item_but_not_its_rules(catalogue, edit):
    actions.publish(root=catalogue)
    edit(ALLOWANCE, "minutes: 45", "minutes: 50")

    report = actions.publish(root=catalogue)

    assert report.items == [("sz.old_age_allowance", 2)]
    assert report.rule_sets == []


def test_the_standing_conditions_are_part_of_every_rule_set(catalogue, edit):
    actions.publish(root=catalogue)
    edit("standing.yaml", "en: All required materials are there", "en: Nothing is missing")

    report = actions.publish(root=catalogue)

    assert len(report.rule_sets) == len(queries.items())
    assert report.items == []


def test_going_back_puts_the_old_version_in_force_again(catalogue, edit):
    actions.publish(root=catalogue)
    edit(ALLOWANCE, "minutes: 45", "minutes: 50")
    actions.publish(root=catalogue)
    edit(ALLOWANCE, "minutes: 50", "minutes: 45")

    report = actions.publish(root=catalogue)

    assert report.items == [("sz.old_age_allowance", 1)]
    assert queries.item("sz.old_age_allowance").version == 1
    assert ItemVersion.objects.filter(key="sz.old_age_allowance").count() == 2


def test_an_item_that_left_the_files_is_withdrawn(catalogue):
    actions.publish(root=catalogue)
    (catalogue / "zhaoqing" / "housing_fund_withdrawal.yaml").unlink()

    report = actions.publish(root=catalogue)

    assert report.withdrawn == ["zq.housing_fund_withdrawal"]
    assert "zq.housing_fund_withdrawal" not in [each.key for each in queries.items()]
    assert queries.item_version("zq.housing_fund_withdrawal", 1).body["city"] == "zhaoqing"


def test_files_with_faults_publish_nothing(catalogue, edit):
    path, line = edit(ALLOWANCE, "visits: 0\n", "visits: 1\n")

    with pytest.raises(actions.CatalogueFaults) as refusal:
        actions.publish(root=catalogue)

    assert [(each.file, each.line) for each in refusal.value.problems] == [(str(path), line)]
    assert not ItemVersion.objects.exists()


def test_a_published_version_never_changes():
    actions.publish()
    for model in (ItemVersion, ThemeVersion, RuleSetVersion):
        found = model.objects.first()
        found.body = {}
        with pytest.raises(ValueError, match="never changes"):
            found.save()


def test_the_hash_is_that_of_the_content():
    actions.publish()
    versions = ItemVersion.objects.values_list("key", "sha256")

    assert len({sha256 for _, sha256 in versions}) == len(versions)
    assert all(len(sha256) == 64 for _, sha256 in versions)
