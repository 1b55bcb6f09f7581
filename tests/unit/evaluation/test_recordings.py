from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from detector.errors import TruthError
from detector.evaluation.recordings import find_partners

if TYPE_CHECKING:
    from pathlib import Path


def touch(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_two_files_belong_together_whatever_their_names(tmp_path: Path) -> None:
    one, two = touch(tmp_path / "a.tsv"), touch(tmp_path / "b.truth.tsv")
    assert find_partners(one, two).pairs == (("a", one, two, ""),)


def test_a_results_folder_against_a_file(tmp_path: Path) -> None:
    found, known = touch(tmp_path / "night" / "events.tsv"), touch(tmp_path / "rater2.tsv")
    assert find_partners(tmp_path / "night", known).pairs == (("night", found, known, ""),)


def test_folders_are_joined_by_name_with_the_condition_of_the_recipe(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        touch(tmp_path / "results" / name / "events.tsv")
    touch(tmp_path / "results" / ".a.new-01234567-1-89abcdef" / "events.tsv")  # in the making
    for name in ("a.truth.tsv", "b_events.tsv", "d.truth.tsv"):
        touch(tmp_path / "truth" / name)
    touch(tmp_path / "truth" / "a.toml", 'condition = "dim"\n')
    touch(tmp_path / "truth" / "b.toml", "not toml")
    partners = find_partners(tmp_path / "results", tmp_path / "truth")
    assert [(name, condition) for name, _, _, condition in partners.pairs] == [("a", "dim"), ("b", "")]
    assert (partners.only_found, partners.only_known) == (("c",), ("d",))


def test_nothing_in_common_says_what_is_there(tmp_path: Path) -> None:
    touch(tmp_path / "one" / "a.tsv")
    touch(tmp_path / "one" / "b.tsv")
    touch(tmp_path / "two" / "c.tsv")
    with pytest.raises(TruthError, match=r"no recording in common \(a, b here, c there\)"):
        find_partners(tmp_path / "one", tmp_path / "two")


def test_two_tables_of_one_name_are_refused(tmp_path: Path) -> None:
    touch(tmp_path / "a.tsv")
    touch(tmp_path / "a.truth.tsv")
    with pytest.raises(TruthError, match="two tables are called 'a'"):
        find_partners(tmp_path, tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_no_table(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(TruthError, match="no such file" if name == "nowhere" else "no event table"):
        find_partners(tmp_path / name, touch(tmp_path / "a.tsv"))
