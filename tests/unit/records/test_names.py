from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.records.names import recording_id, safe_name


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("night", "night"),
        ("Night 01 (copy)", "Night-01-copy"),
        ("Säugling_夜.2026-01-01", "Säugling_夜.2026-01-01"),
        ("..hidden", "hidden"),
        ("--flag", "flag"),
        ("a/b\\c:d*e", "a-b-c-d-e"),
        ("trailing. .", "trailing"),
        ("CON", "recording-CON"),
        ("com1.x", "recording-com1.x"),
        ("console", "console"),
        ("", "recording"),
        ("???", "recording"),
        ("\u202e\x00\n", "recording"),
        ("b\udcffd", "b-d"),
        ("u\u0308", "ü"),
    ],
)
def test_examples(stem: str, name: str) -> None:
    assert safe_name(stem) == name


@given(st.text(alphabet=st.characters(), max_size=120))
def test_any_text_is_a_name_everywhere(text: str) -> None:
    name = safe_name(text)
    assert 1 <= len(name) <= 80
    assert len(name.encode()) <= 120
    assert name[0] not in ".-"
    assert name[-1] not in ". "
    assert not set(name) & set('/\\:*?"<>|\x00 ')
    assert all(unicodedata.category(sign)[0] in "LMN" or sign in "._-" for sign in name)
    assert safe_name(name) == name


@given(st.lists(st.text(alphabet="aA/ü.", max_size=3), max_size=8, unique=True))
def test_ids_never_collide(stems: list[str]) -> None:
    taken: set[str] = set()
    for number, stem in enumerate(stems):
        found = recording_id(Path(f"{number}") / f"x{stem.replace('/', '-')}.mp4", taken)
        assert found.casefold() not in {name.casefold() for name in taken}
        taken.add(found)


def test_a_taken_name_gets_a_hash_of_the_path() -> None:
    one, other = recording_id(Path("a/n.mp4"), {"N"}), recording_id(Path("b/n.mp4"), {"n"})
    assert one.startswith("n-")
    assert len(one) == len("n-") + 8
    assert one != other
    assert recording_id(Path("a/n.mp4"), {"n", one}) not in {"n", one}
    assert recording_id(Path("a/n.mp4"), {"m"}) == "n"


def test_a_long_name_leaves_room_for_its_hash() -> None:
    path = Path(f"{'x' * 200}.mp4")
    plain = recording_id(path, set())
    found = recording_id(path, {plain})
    assert len(plain) == len(found) == 80
    assert found != plain
