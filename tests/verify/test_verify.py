"""The books are right after real work, and every hand that reaches into them is found and named."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, transaction

from approvals import queries
from approvals.models import Application, Decision, Package
from approvals.tasks import drain_worlds
from certificates.models import Certificate
from govsim import verify
from govsim.core import access, clock, heads
from govsim.core import world as worlds
from govsim.core.models import AuditEntry, AuditHead, AuditLink, IdempotentCall, JournalEntry, World
from tests.approvals.conftest import GU
from tests.verify.conftest import bad

pytestmark = pytest.mark.database
type Cases = dict[str, Application]
type Sql = Callable[..., None]


def test_the_books_hold_after_real_work(city: World, decided: Cases) -> None:
    assert [decided[name].state for name in ("granted", "refused", "referred", "card")] == [
        "granted", "refused", "received", "granted",
    ]  # fmt: skip
    found = verify.check([city])
    assert found["ok"], found
    assert set(found["invariants"]) == {"I1", "I2", "I3", "I4", "I5", "I6"}
    assert all(each["checked"] > 0 and each["first_bad"] is None for each in found["invariants"].values())
    assert found["invariants"]["I6"]["checked"] == 3


def test_the_books_hold_for_a_package(
    city: World, open_company: Callable[..., Package], run: Callable[..., None]
) -> None:
    package = open_company()
    assert verify.check([city])["ok"]
    run()
    package.refresh_from_db()
    assert package.state == "done"
    assert verify.check([city])["ok"]


def test_the_command_says_so_and_exits_with_0(city: World, decided: Cases) -> None:
    told = StringIO()
    call_command("verify", "--json", "--world", city.name, stdout=told)
    assert json.loads(told.getvalue())["ok"] is True


def test_the_command_names_the_bad_row_and_exits_with_1(city: World, decided: Cases, sql: Sql) -> None:
    row = decided["granted"]
    sql("UPDATE approvals_decision SET officer = %s WHERE application_id = %s", "approver:seat:9", row.pk)
    told = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("verify", stdout=told)
    assert ended.value.code == 1
    assert row.number in told.getvalue()
    assert "内容被改动" in told.getvalue()
    assert "was altered" in told.getvalue()


def test_an_unknown_world_is_a_wrong_call(db: None) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--world", "nowhere", stderr=StringIO())
    assert ended.value.code == 2


# --- I1 ------------------------------------------------------------------------------------------------------------


def test_an_acknowledged_number_that_is_gone(city: World, decided: Cases) -> None:
    seat = access.seat(city, role="applicant", holder=GU)
    IdempotentCall.objects.create(
        user=seat.user, route="applications", key="k", fingerprint="f", status=202, created_at=clock.wall(),
        body={"number": "21120103999999"},
    )  # fmt: skip
    assert "21120103999999" in bad(city)["I1"]


def test_a_case_that_was_removed(city: World, decided: Cases) -> None:
    Application.objects.filter(pk=decided["referred"].pk).delete()
    assert decided["referred"].number in bad(city)["I1"]


def test_a_due_row_that_lies_about(city: World, claim_allowance: Callable[..., Application]) -> None:
    row = claim_allowance()
    assert verify.check([city])["ok"]
    long_ago = clock.wall() - timedelta(hours=1)
    World.objects.filter(pk=city.pk).update(anchor_wall=long_ago)
    JournalEntry.objects.filter(row=row.pk, kind="application").update(recorded_at=long_ago)
    city.refresh_from_db()
    assert row.number in bad(city)["I1"]
    Application.objects.filter(pk=row.pk).update(lease_until=clock.wall() + timedelta(minutes=1))
    assert verify.check([city])["ok"]  # a worker has it


# --- I2 ------------------------------------------------------------------------------------------------------------


def test_a_deleted_decision(city: World, decided: Cases, sql: Sql) -> None:
    row = decided["refused"]
    sql("DELETE FROM approvals_decision WHERE application_id = %s", row.pk)
    found = bad(city)
    assert row.number in found["I2"]
    assert row.number in found["I4"]
    assert "deleted" in found["I4"]


def test_a_decision_on_a_case_that_is_not_decided(city: World, decided: Cases, sql: Sql) -> None:
    row = decided["granted"]
    sql("UPDATE approvals_application SET state = 'accepted' WHERE id = %s", row.pk)
    found = bad(city)
    assert row.number in found["I2"]
    assert row.number in found["I3"]


def test_a_second_decision_cannot_be_stored(decided: Cases) -> None:
    first = Decision.objects.get(pk=decided["granted"].pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.bulk_create([first])


# --- I3 ------------------------------------------------------------------------------------------------------------


def test_a_gap_in_the_journal(city: World, decided: Cases, sql: Sql) -> None:
    row = decided["granted"]
    sql("DELETE FROM core_journalentry WHERE kind = 'application' AND row = %s AND seq = 1", row.pk)
    assert f"application {row.pk}" in bad(city)["I3"]


def test_a_cut_end_of_the_journal(city: World, decided: Cases, sql: Sql) -> None:
    row = decided["granted"]
    sql("DELETE FROM core_journalentry WHERE kind = 'application' AND row = %s AND seq = 2", row.pk)
    assert row.number in bad(city)["I3"]


def test_something_after_the_outcome(city: World, decided: Cases) -> None:
    row = decided["granted"]
    last = JournalEntry.objects.filter(kind="application", row=row.pk).latest("seq")
    last.pk, last.seq, last.event = None, last.seq + 1, "ApplicationAccepted"
    last.save(force_insert=True)
    Application.objects.filter(pk=row.pk).update(version=last.seq)
    assert "something follows its outcome" in bad(city)["I3"]


# --- I4 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [("outcome", "refused"), ("opinion", "同意"), ("result", '{"monthly_fen": 100000}'), ("rule_set", "0" * 64)],
)
def test_an_altered_decision(column: str, value: str, city: World, decided: Cases, sql: Sql) -> None:
    row = decided["granted"]
    sql(f"UPDATE approvals_decision SET {column} = %s WHERE application_id = %s", value, row.pk)
    found = bad(city)["I4"]
    assert row.number in found
    assert "was altered" in found


@pytest.mark.parametrize(("column", "value"), [("state", "revoked"), ("holder_name", "冒名者"), ("token", "x")])
def test_an_altered_certificate(column: str, value: str, city: World, decided: Cases, sql: Sql) -> None:
    identifier = Decision.objects.get(pk=decided["card"].pk).certificate
    sql(f"UPDATE certificates_certificate SET {column} = %s WHERE identifier = %s", value, identifier)
    assert identifier in bad(city)["I4"]


def test_an_altered_certificate_that_was_held_before(city: World, sql: Sql) -> None:
    held = Certificate.objects.filter(world=city, origin="seed").first()
    assert held is not None
    sql("UPDATE certificates_certificate SET number = 'SIM9' WHERE id = %s", held.pk)
    assert held.identifier in bad(city)["I4"]


def test_a_certificate_from_nowhere(city: World, decided: Cases) -> None:
    forged = Certificate.objects.filter(world=city, origin="seed").first()
    assert forged is not None
    forged.pk, forged.identifier, forged.status_index = None, "1.2.3", 1 << 19
    forged.save(force_insert=True)
    assert "1.2.3@1: 未入审计链" in bad(city)["I4"]


def test_an_altered_package(
    city: World, open_company: Callable[..., Package], run: Callable[..., None], sql: Sql
) -> None:
    package = open_company()
    run()
    sql("UPDATE approvals_package SET state = 'partly_done' WHERE id = %s", package.pk)
    found = bad(city)
    assert package.number in found["I4"]
    assert package.number in found["I3"]


def test_an_altered_audit_entry(city: World, decided: Cases, sql: Sql) -> None:
    entry = AuditEntry.objects.filter(world=city, kind="decision").first()
    assert entry is not None
    sql("UPDATE core_auditentry SET content = %s WHERE id = %s", "0" * 64, entry.pk)
    assert f"/{entry.link.number}: 审计条目被改动" in bad(city)["I4"]


def test_a_decision_and_its_audit_entry_altered_together(city: World, decided: Cases, sql: Sql) -> None:
    row = decided["granted"]
    sql("UPDATE approvals_decision SET opinion = 'x' WHERE application_id = %s", row.pk)
    [(ref, content)] = queries.decision_hashes(city.pk, [str(row.pk)])
    sql("UPDATE core_auditentry SET content = %s WHERE kind = 'decision' AND ref = %s", content.hex(), ref)
    assert "审计条目被改动" in bad(city)["I4"]


def test_a_deleted_audit_entry(city: World, decided: Cases, sql: Sql) -> None:
    entry = AuditEntry.objects.filter(world=city, kind="decision").first()
    assert entry is not None
    sql("DELETE FROM core_auditentry WHERE id = %s", entry.pk)
    assert "audit" in bad(city)["I4"]


def test_a_cut_tail(city: World, decided: Cases, sql: Sql) -> None:
    last = AuditLink.objects.filter(world=city).latest("number")
    sql("DELETE FROM core_auditentry WHERE link_id = %s", last.pk)
    sql("DELETE FROM core_auditlink WHERE id = %s", last.pk)
    assert "尾被截断" in bad(city)["I4"]


def test_a_missing_head(city: World, decided: Cases, sql: Sql) -> None:
    head = AuditHead.objects.filter(world=city).first()
    assert head is not None
    sql("DELETE FROM core_audithead WHERE id = %s", head.pk)
    assert "审计链头缺失" in bad(city)["I4"]


# --- I5 ------------------------------------------------------------------------------------------------------------


def test_a_result_of_a_case_that_was_not_granted(city: World, decided: Cases, sql: Sql) -> None:
    identifier = Decision.objects.get(pk=decided["card"].pk).certificate
    number = decided["refused"].number
    sql("UPDATE certificates_certificate SET case_number = %s WHERE identifier = %s", number, identifier)
    assert identifier in bad(city)["I5"]


def test_a_named_certificate_that_is_gone(city: World, decided: Cases, sql: Sql) -> None:
    identifier = Decision.objects.get(pk=decided["card"].pk).certificate
    sql("DELETE FROM certificates_uselog WHERE certificate_id IN (SELECT id FROM certificates_certificate)")
    sql("DELETE FROM certificates_certificate WHERE identifier = %s", identifier)
    found = bad(city)["I5"]
    assert decided["card"].number in found
    assert identifier in found


def test_an_unknown_origin(city: World, decided: Cases, sql: Sql) -> None:
    held = Certificate.objects.filter(world=city, origin="seed").first()
    assert held is not None
    sql("UPDATE certificates_certificate SET origin = 'decision' WHERE id = %s", held.pk)
    assert held.identifier in bad(city)["I5"]


# --- I6 ------------------------------------------------------------------------------------------------------------


def test_an_altered_fact_in_a_passport(city: World, decided: Cases, sql: Sql) -> None:
    row = decided["granted"]
    decision = Decision.objects.get(pk=row.pk)
    assert '"value":"shenzhen"' in decision.passport
    other = decision.passport.replace('"value":"shenzhen"', '"value":"jiangmen"')
    sql("UPDATE approvals_decision SET passport = %s WHERE application_id = %s", other, row.pk)
    assert f"{row.number}: 决定说明书与其摘要不符" in bad(city)["I6"]
    hashed = hashlib.sha256(other.encode()).hexdigest()
    sql("UPDATE approvals_decision SET passport_hash = %s WHERE application_id = %s", hashed, row.pk)
    assert f"{row.number}: 重算结果 REJECT" in bad(city)["I6"]


def test_an_automatic_outcome_that_is_not_the_passports(city: World, decided: Cases, sql: Sql) -> None:
    row = decided["refused"]
    sql("UPDATE approvals_decision SET outcome = 'granted' WHERE application_id = %s", row.pk)
    assert row.number in bad(city)["I6"]


def test_a_rule_set_that_nobody_has(city: World, decided: Cases, sql: Sql) -> None:
    row = decided["granted"]
    sql("UPDATE approvals_decision SET rule_set = %s WHERE application_id = %s", "0" * 64, row.pk)
    assert row.number in bad(city)["I6"]


def test_worlds_are_told_apart(city: World, decided: Cases, sql: Sql) -> None:
    other = World.objects.create(
        name="other", seed=1, mode="step", anchor_at=city.anchor_at, anchor_wall=clock.wall(), created_at=clock.wall()
    )
    drain_worlds([other])
    sql("UPDATE approvals_decision SET opinion = 'x' WHERE application_id = %s", decided["granted"].pk)
    assert verify.check([other])["ok"]
    assert str(city) in verify.check()["invariants"]["I4"]["first_bad"]


def test_users_without_a_seat_do_no_harm(city: World, decided: Cases) -> None:
    get_user_model().objects.create(username="nobody")
    assert verify.check([city])["ok"]


def test_a_world_that_was_reset_is_checked_until_its_rows_go(city: World, decided: Cases, sql: Sql) -> None:
    worlds.retire(city)
    assert verify.check()["ok"]
    sql("UPDATE approvals_decision SET opinion = 'x' WHERE application_id = %s", decided["granted"].pk)
    assert not verify.check()["ok"]
    city.refresh_from_db()
    worlds.purge(city, limit=10)
    assert verify.check()["ok"]  # only the signed end of the chain is left to check ...
    sql("UPDATE core_audithead SET hash = %s WHERE world_id = %s", "0" * 64, city.pk)
    assert "收尾签名不符" in verify.check()["invariants"]["I4"]["first_bad"]  # ... and it is


# --- heads that somebody kept ----------------------------------------------------------------------------------------


def test_a_kept_head_still_fits_after_more_work_and_not_after_a_cut(
    city: World, decided: Cases, claim_allowance: Callable[..., Application], tmp_path: Path
) -> None:
    kept = tmp_path / "heads.json"
    kept.write_text(json.dumps(heads.signed(city.pk)), encoding="utf-8")
    claim_allowance(human_route=True)
    drain_worlds([city])
    told = StringIO()
    call_command("verify", "--heads", str(kept), stdout=told)
    forged = [{**each, "links": each["links"] + 1} for each in heads.signed(city.pk)]
    assert "not signed" in str(verify.check([city], kept=forged)["invariants"]["I4"]["first_bad"])
    gone = AuditLink.objects.filter(world=city).order_by("-pk").first()
    assert gone is not None
    newest = heads.signed(city.pk)
    before = AuditLink.objects.filter(world=city, shard=gone.shard, number=gone.number - 1).first()
    gone.delete()
    AuditHead.objects.filter(world=city, shard=gone.shard).update(
        links=gone.number - 1, hash=before.hash if before else "0" * 64
    )
    assert "cut, rewritten, or an older backup" in str([each for each in verify.evidence.kept_heads(newest) if each])


def test_heads_that_cannot_be_read_are_a_wrong_call(db: None, tmp_path: Path) -> None:
    for text in ("[", "7", '["x"]'):
        (tmp_path / "heads").write_text(text)
        with pytest.raises(SystemExit) as ended:
            call_command("verify", "--heads", str(tmp_path / "heads"), stderr=StringIO())
        assert ended.value.code == 2
