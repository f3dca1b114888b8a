"""Files that are no YAML, or more of it than anybody wrote, are refused (F27)."""

import pytest

from govsim.core import yamlfile

LAUGHS = "a0: &a0 [lol]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS, "a: " + "[" * 5000 + "]" * 5000, "a: [", "a: \x01", "a: 1\na: 2\n",
        "a: b\n# " + "x" * yamlfile.LARGEST,
    ],
    ids=["aliases", "deep", "open", "control character", "twice", "large"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(yamlfile.YamlError):
        yamlfile.load(path)


def test_aliases_and_merges_are_read(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("base: &base {x: 1}\nmore: {<<: *base, y: [*base, *base]}\n", encoding="utf-8")
    assert yamlfile.plain(yamlfile.load(path))["more"] == {"x": 1, "y": [{"x": 1}, {"x": 1}]}
