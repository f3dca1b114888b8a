"""What `catalogue check` finds: each kind of fault with its file, its line and a sentence in both languages."""

import pytest

from services import queries, schema

ALLOWANCE = "shenzhen/old_age_allowance.yaml"
COMPANY = "shenzhen/business_registration.yaml"
SETTLEMENT = "shenzhen/graduate_settlement.yaml"
DRIVER = "shenzhen/ride_hailing_driver_permit.yaml"
THEME = "shenzhen/open_company.yaml"
CARD = "shenzhen/senior_citizen_card.yaml"


def test_the_catalogue_has_no_problems():
    assert queries.file_problems() == []


def test_a_variant_is_checked_too():
    assert queries.file_problems(queries.ROOT / "zhaoqing" / "open_company.yaml") == []


# name, file, old text, new text, lines below the start of the new text, part of the English sentence
FAULTS = [
    ("unknown key", ALLOWANCE, "visits: 0\n", "visits: 0\nvisit_count: 1\n", 1, "unknown key: visit_count"),
    ("missing key", ALLOWANCE, "  - id: A1\n    expression: household_city == 'shenzhen'\n", "  - id: A1\n", 0,
     "missing key: expression"),
    ("not a code", ALLOWANCE, "on_fail: REJECT", "on_fail: REFUSE", 0, "has to be one of: REJECT, MANUAL"),
    ("wrong type", ALLOWANCE, "visits: 0\n", "visits: none\n", 0, "has to be of type integer"),
    ("undeclared fact", ALLOWANCE, "expression: deceased == false", "expression: dead == false", 0,
     "undeclared name: dead"),
    ("undeclared parameter", ALLOWANCE, "age >= age_threshold", "age >= age_limit", 0, "undeclared name: age_limit"),
    ("undeclared function", ALLOWANCE, "expression: age >= age_threshold", "expression: elder(age) >= age_threshold",
     0, "no such function: elder"),
    ("syntax", ALLOWANCE, "expression: deceased == false", "expression: deceased == (", 0, "syntax error"),
    ("table as value", ALLOWANCE, "lookup('monthly_tiers', age)", "monthly_tiers", 0, "read by lookup: monthly_tiers"),
    ("unknown table", ALLOWANCE, "lookup('monthly_tiers', age)", "lookup('tiers', age)", 0, "no such table: tiers"),
    ("gap", ALLOWANCE, "{from: 80, to: 89, value: 20000}", "{from: 81, to: 89, value: 20000}", 0, "leave a gap: 80"),
    ("overlap", ALLOWANCE, "{from: 80, to: 89, value: 20000}", "{from: 79, to: 89, value: 20000}", 0,
     "overlap at 79"),
    ("no value yet", ALLOWANCE, "{from: 2015-01-01, value: 70}", "{from: 2022-01-01, value: 70}", -1,
     "no value on 2021-12-01"),
    ("no such date", ALLOWANCE, "{from: 2015-01-01, value: 70}", "{from: '2015-02-30', value: 70}", 0,
     "no such date"),
    ("promise", "shenzhen/seal_record.yaml", "promised_days: 1}", "promised_days: 4}", 0, "above the legal limit"),
    ("immediate", ALLOWANCE, "promised_days: 0}", "promised_days: 3}", 0, "an immediate case promises 0 days"),
    ("online", ALLOWANCE, "visits: 0\n", "visits: 1\n", 0, "a fully online item needs 0 visits"),
    ("doubled field", ALLOWANCE, "  - key: bank_account\n    label", "  - key: bank\n    label", 0,
     "used twice: bank"),
    ("doubled rule", ALLOWANCE, "  - id: A2", "  - id: A1", 0, "used twice: A1"),
    ("standing id", ALLOWANCE, "  - id: A2", "  - id: S1", 0, "used twice: S1"),
    ("department", ALLOWANCE, "department: sz.civil", "department: sz.culture_palace", 0, "no such department"),
    ("other city", ALLOWANCE, "department: sz.civil", "department: zq.civil", 0, "no such department: zq.civil"),
    ("code", ALLOWANCE, 'basic_code: "440511001000"', 'basic_code: "990511001000"', 0, "00 or a province"),
    ("code type", ALLOWANCE, 'basic_code: "440511001000"', 'basic_code: "440111001000"', 0, "another item type"),
    ("shared code", "shenzhen/unemployment_benefit.yaml", 'basic_code: "440514001000"', 'basic_code: "440511001000"', 0,
     "the basic code is that of sz.old_age_allowance"),
    ("dataset", ALLOWANCE, "    dataset: deaths", "    dataset: burials", 0, "no such dataset: burials"),
    ("dataset field", ALLOWANCE, "    expression: record.household_city", "    expression: record.home_city", 0,
     "has no field home_city"),
    ("bound field", DRIVER, "records.exists(r, r.kind == 'violent')", "records.exists(r, r.sort == 'violent')", 0,
     "has no field sort"),
    ("indexed field", SETTLEMENT, "[0].holder_name", "[0].owner_name", 0, "has no field owner_name"),
    ("form source", ALLOWANCE, "expression: record.bank}", "expression: record.bank_name}", 0,
     "has no field bank_name"),
    ("source dataset", ALLOWANCE, "source: {dataset: population, key: applicant, expression: record.name}",
     "source: {dataset: citizens, key: applicant, expression: record.name}", 0, "no such dataset: citizens"),
    ("subject", COMPANY, "    key: form.legal_representative", "    key: form.boss", 0, "form field: form.boss"),
    ("incomplete list", ALLOWANCE, "expression: record.account_name\n    absence: unknown",
     "expression: record.account_name\n    absence: none\n    none_value: nobody", 1, "not complete"),
    ("no none_value", ALLOWANCE, "    absence: none\n    none_value: false", "    absence: none", 0,
     "none_value is missing"),
    ("none_value type", ALLOWANCE, "none_value: false", "none_value: nobody", 0, "not of the fact's type"),
    ("certificate type", ALLOWANCE, "certificate_types: [household_register]", "certificate_types: [family_book]", 0,
     "no such certificate type: family_book"),
    ("replace mode", ALLOWANCE, "    replace_mode: data\n    dataset: social_security_card", "    replace_mode: data",
     0, "needs dataset"),
    ("result field", DRIVER, "    licence_class: licence_class\n", "    licence_type: licence_class\n", 0,
     "has no field licence_type"),
    ("needed field", CARD, "    city: \"'深圳市'\"\n", "", -1, "needs is missing: city"),
    ("result type", CARD, "  type: senior_citizen_card", "  type: elder_card", 0, "no such certificate type"),
    ("register", ALLOWANCE, "  - dataset: allowance_roll\n", "  - dataset: pension_roll\n", 0,
     "no such dataset: pension_roll"),
    ("register field", ALLOWANCE, "record: {city: household_city,", "record: {town: household_city,", 0,
     "does not fit the dataset: town"),
    ("register value", ALLOWANCE, "since: first_payment_on}", "since: last_payment_on}", 0,
     "undeclared name: last_payment_on"),
    ("clause", ALLOWANCE, "clause: {zh: 示例文本：高龄老人津贴发放条件（户籍）", "clause: {zh: 高龄老人津贴发放条件", 0,
     "begins with"),
    ("unused fact", ALLOWANCE, "expression: deceased == false", "expression: on_allowance_roll == false", None,
     "nothing reads it: deceased"),
    ("words", ALLOWANCE, "choices: [active, frozen, closed]", "choices: [active, frozen, closed, asleep]", 0,
     "no words: asleep"),
    ("first example", ALLOWANCE, "      age: 72\n", "", None, "lacks the fact age"),
    ("example fact", ALLOWANCE, "{<<: *granted, age: 70}", "{<<: *granted, age: 70, height: 170}", 0,
     "undeclared fact: height"),
    ("example type", ALLOWANCE, "{<<: *granted, age: 70}", "{<<: *granted, age: seventy}", 0,
     "not of the fact's type: age"),
    ("example rule", ALLOWANCE, "failed: [A2]", "failed: [A2, A9]", 0, "no such rule: A9"),
    ("example outcome", ALLOWANCE, "outcome: REJECT\n    failed: [A2]", "outcome: MANUAL\n    failed: [A2]", 0,
     "by the rules listed it is REJECT"),
    ("example result", ALLOWANCE, "result: {monthly_fen: 10000,", "result: {weekly_fen: 10000,", None,
     "not those declared"),
    ("branch item", THEME, "item: sz.tax_registration", "item: sz.tax_office", 0, "no such item: sz.tax_office"),
    ("branch city", THEME, "item: sz.tax_registration", "item: zq.tax_registration", 0, "another city"),
    ("cycle", THEME, "item: sz.business_registration\n    after: []",
     "item: sz.business_registration\n    after: [bank]", 1, "wait for each other: licence"),
    ("unknown branch", THEME, "item: sz.bank_appointment\n    after: [licence]",
     "item: sz.bank_appointment\n    after: [permit]", 1, "no such branch: permit"),
    ("alternatives", THEME, "[sz.seal1, sz.seal2]", "[sz.seal1, sz.seal9]", 0, "no such organisation: sz.seal9"),
    ("chosen by", THEME, "chosen_by: wants_bank", "chosen_by: wants_money", 0, "yes-or-no field wants_money"),
    ("signatories", THEME, "signatories: [legal_representative,", "signatories: [boss,", 0, "has no field boss"),
    ("extends", "zhaoqing/seal_record.yaml", "extends: sz.seal_record", "extends: sz.seal", 0, "nothing to extend"),
    ("standing", "standing.yaml", "expression: materials_complete", "expression: materials_there", 0,
     "undeclared name: materials_there"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "file", "old", "new", "below", "said"), FAULTS)
def test_a_fault_is_reported_at_its_line(edit, catalogue, name, file, old, new, below, said):
    path, start = edit(file, old, new)

    found = schema.check(schema.read(catalogue), queries.known())

    here = [each for each in found if each.file == str(path) and said in each.en]
    assert here, [str(each) for each in found]
    assert all(each.zh and each.en for each in found)
    if below is not None:
        assert start + below in {each.line for each in here}


def test_a_missing_language_is_named_with_its_place(edit, catalogue):
    path, line = edit(
        ALLOWANCE, "    label: {zh: 户籍所在市, en: City of household registration}", "    label: {zh: 户籍所在市}"
    )

    (problem,) = [each for each in schema.check(schema.read(catalogue), queries.known()) if each.file == str(path)]

    assert (problem.line, problem.en) == (line, "the English is missing: facts.0.label")
    assert problem.zh == "缺少英文：facts.0.label"


def test_a_file_that_is_not_yaml_says_where(edit, catalogue):
    path, line = edit(ALLOWANCE, "visits: 0\n", "visits: [0\n")

    found = schema.read(catalogue).problems

    assert [(each.file, each.unreadable) for each in found] == [(str(path), True)]
    assert found[0].line >= line


def test_two_files_with_one_key(catalogue):
    copy = catalogue / "shenzhen" / "z_copy.yaml"
    copy.write_text((catalogue / ALLOWANCE).read_text(encoding="utf-8"), encoding="utf-8")

    found = schema.check(schema.read(catalogue), queries.known())

    assert [(each.file, each.line) for each in found] == [(str(copy), 1)]
    assert "used twice: sz.old_age_allowance" in found[0].en


def test_a_single_file_is_checked_as_part_of_the_installed_catalogue(edit):
    path, line = edit(THEME, "item: sz.tax_registration", "item: sz.tax_office")

    assert [(each.file, each.line) for each in queries.file_problems(path)] == [(str(path), line)]
