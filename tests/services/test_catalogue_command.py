"""`manage.py catalogue`: what people who edit the files see, and the exit codes that scripts rely on."""

import json

import pytest
from django.core.management import call_command


def run(capsys, *arguments):
    """Return exit code, standard output and standard error."""
    code = 0
    try:
        call_command("catalogue", *arguments)
    except SystemExit as leaving:
        code = leaving.code
    said = capsys.readouterr()
    return code, said.out, said.err


def test_check_finds_no_problems(capsys):
    code, out, err = run(capsys, "check")

    assert (code, err) == (0, "")
    assert "no problems" in out


def test_check_names_file_and_line_of_every_problem(capsys, edit):
    path, line = edit("shenzhen/old_age_allowance.yaml", "visits: 0\n", "visits: 1\n")

    code, _, err = run(capsys, "check", str(path))

    assert code == 1
    assert err.startswith(f"{path}:{line}: 全程网办的到场次数为 0 / a fully online item needs 0 visits")


def test_check_of_what_cannot_be_read(capsys, edit, tmp_path):
    path, _ = edit("shenzhen/old_age_allowance.yaml", "visits: 0\n", "visits: [0\n")

    assert run(capsys, "check", str(path))[0] == 2
    code, _, err = run(capsys, "check", str(tmp_path / "nowhere.yaml"))
    assert code == 2
    assert "nowhere.yaml:1:" in err


@pytest.mark.usefixtures("nothing_published")
@pytest.mark.database
def test_publish_and_list(capsys):
    code, out, _ = run(capsys, "publish")
    assert code == 0
    assert "sz.old_age_allowance v1" in out
    assert "nothing new" in run(capsys, "publish")[1]

    rows = json.loads(run(capsys, "list", "--json")[1])
    assert {row["kind"] for row in rows} == {"item", "theme"}
    assert {"kind", "key", "version", "sha256", "name", "city", "department", "route"} == rows[0].keys()
    assert "高龄老人津贴" in run(capsys, "list")[1]
