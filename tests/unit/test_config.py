from __future__ import annotations

import copy
import inspect
import pickle
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from detector.config import JerkSettings, Region, Settings
from detector.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BLOCKS = tuple(Settings().model_dump())


def test_settings_are_frozen_and_described() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.jerks.max_duration_s = 2.0
    for block in BLOCKS:
        for name, field in type(getattr(settings, block)).model_fields.items():
            assert field.description, f"{block}.{name}"
            assert field.description.endswith("."), f"{block}.{name}"


def test_no_setting_counts_frames() -> None:
    names = [name for block in Settings().model_dump().values() for name in block]
    assert not [name for name in names if "frame" in name]


@pytest.mark.parametrize("values", [{}, {"jerks": {}}, {"jerks": {"max_duration_s": 0.8}}])
def test_what_is_not_named_keeps_its_default(values: dict[str, Any]) -> None:
    settings = Settings.from_mapping(values)
    assert settings.clusters == Settings().clusters
    assert settings.jerks.max_duration_s == values.get("jerks", {}).get("max_duration_s", 1.0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"jerk": {}}, "unknown setting 'jerk'; did you mean 'jerks'?"),
        ({"jerks": {"max_duration": 1}}, "unknown setting 'jerks.max_duration'; did you mean 'jerks.max_duration_s'?"),
        ({"jerks": {"min_duration_s": 2}}, "jerks.min_duration_s = 2 is more than max_duration_s = 1: no jerk can be"),
        (
            {"clusters": {"gap_s": 5, "episode_gap_s": 1}},
            "episode_gap_s = 1 is less than gap_s = 5: an episode",
        ),
        ({"jerks": {"max_duration_s": -1}}, "jerks.max_duration_s = -1: input should be greater than 0"),
        ({"jerks": {"max_duration_s": "long"}}, "jerks.max_duration_s = 'long': input should be a valid number"),
        ({"jerks": {"max_duration_s": float("nan")}}, "jerks.max_duration_s = nan"),
        ({"jerks": {"max_duration_s": True}}, "jerks.max_duration_s = True: a number or a word is expected, not true"),
        (
            {"regions": {"named": [{"name": "face", "points": [[0.1, 0.1], [0.2, 0.2], [0.4, 0.4]]}]}},
            "points = [[0.1, 0.1], [0.2, 0.2], [0.4, 0.4]]: these corners lie on one line",
        ),
        (
            {"regions": {"named": [{"name": "face", "points": [[0.1, 0.3], [0.2, 0.6], [0.3, 0.9]]}]}},
            "these corners lie on one line",  # to a rounding error
        ),
        ({"jerks": 3}, "jerks = 3"),
        (
            {"clusters.gap_s": 1.5},
            "'clusters.gap_s': a setting goes in its block; did you mean {'clusters': {'gap_s': 1.5}}, in TOML gap_s",
        ),
        ({"gap_s": 1.5}, "did you mean {'clusters': {'gap_s': 1.5}}"),
        ({"video.fast": True}, "did you mean {'video': {'fast': True}}, in TOML fast = true under [video]?"),
    ],
)
def test_wrong_settings_are_explained(values: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(message)):
        Settings.from_mapping(values)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Settings(jerk={}), "unknown setting 'jerk'; did you mean 'jerks'?"),
        (lambda: Settings(jerks={"max_duration": 1}), "did you mean 'jerks.max_duration_s'?"),
        (lambda: Settings(foo=1), "unknown setting 'foo'"),
        (lambda: JerkSettings(max_duration=1), "unknown setting 'max_duration'; did you mean 'max_duration_s'?"),
        (lambda: JerkSettings(max_duration_s=-1), "max_duration_s = -1: input should be greater than 0"),
        (lambda: JerkSettings(min_duration_s=2), "min_duration_s = 2 is more than max_duration_s = 1: no jerk"),
        (lambda: Region(name="A", points=()), "name = 'A': small letters a-z, digits and _ are expected"),
    ],
)
def test_wrong_arguments_are_explained_too(make: Callable[[], object], message: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(message)):
        make()


def test_settings_travel_and_fit_into_models_of_others() -> None:
    class Study(BaseModel):
        settings: Settings = Settings()

    given = Settings(jerks=JerkSettings(max_duration_s=0.8))
    for again in (pickle.loads(pickle.dumps(given)), copy.deepcopy(given), given.model_copy()):
        assert again == given
        assert again.fingerprint() == given.fingerprint()
    assert Study.model_validate({"settings": {"jerks": {"max_duration_s": 0.8}}}).settings == given
    with pytest.raises(ValidationError, match=r"settings\.jerks\.max_duration\b"):  # theirs, with its whole place
        Study.model_validate({"settings": {"jerks": {"max_duration": 1}}})
    assert list(inspect.signature(Settings).parameters) == list(BLOCKS)


def test_the_error_carries_the_key() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping({"jerks": {"max_duration_s": -1}})
    assert caught.value.key == "jerks.max_duration_s"


def test_a_byte_order_mark_is_no_part_of_a_settings_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("\ufeff[jerks]\nmax_duration_s = 0.8\n", "utf-8")
    assert Settings.from_toml(tmp_path / "settings.toml").jerks.max_duration_s == 0.8


def test_assignments() -> None:
    settings = Settings().with_assignments(["jerks.max_duration_s=0.8", "video.fps = 25", "jerks.max_duration_s=0.9"])
    assert (settings.jerks.max_duration_s, settings.video.fps) == (0.9, 25.0)
    assert settings.with_assignments(["video.fps=none"]).video.fps is None
    assert settings.with_assignments("video.fps=50").video.fps == 50


@pytest.mark.parametrize("text", ["", "jerks", "jerks.max_duration_s", "=1", "max_duration_s=1", ".x=1", "jerks.=1"])
def test_what_is_no_assignment(text: str) -> None:
    with pytest.raises(SettingsError, match=r"not of the form block\.key=value"):
        Settings().with_assignments([text])


@pytest.mark.parametrize("text", ["jerks.max_duration_s=]", "a.b.c=1", "jerks.min_confidence=2"])
def test_wrong_assignments(text: str) -> None:
    with pytest.raises(SettingsError):
        Settings().with_assignments([text])


def test_toml(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[jerks]\nmax_duration_s = 0.8\n", "utf-8")
    assert Settings.from_toml(path).jerks.max_duration_s == 0.8


@pytest.mark.parametrize("content", [b"[jerks", b"\xff", b"jerks = 3", b"a = " + 5000 * b"["])
def test_damaged_toml(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError):
        Settings.from_toml(path)
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.from_toml(tmp_path / "none.toml")


def test_fingerprints_follow_their_blocks() -> None:
    changed = Settings().with_assignments(["jerks.max_duration_s=0.8"])
    assert re.fullmatch(r"[0-9a-f]{16}", Settings().fingerprint())
    assert changed.fingerprint() != Settings().fingerprint()
    for block in BLOCKS:
        assert (changed.fingerprint(block) == Settings().fingerprint(block)) == (block != "jerks")


def test_fingerprints_do_not_depend_on_how_a_value_was_given() -> None:
    assert Settings.from_mapping({"video": {"fps": 25}}) == Settings.from_mapping({"video": {"fps": 25.0}})
    one, other = (Settings().with_assignments([f"video.fps={text}"]) for text in ("25", "25.0"))
    assert one.fingerprint() == other.fingerprint()


@given(st.floats(0.03, 10.0), st.integers(2, 100))
def test_settings_come_back_from_their_own_dump(duration_s: float, min_jerks: int) -> None:
    values = {"jerks": {"max_duration_s": duration_s}, "clusters": {"min_jerks": min_jerks}}
    settings = Settings.from_mapping(values)
    for mode in ("json", "python"):
        again = Settings.from_mapping(settings.model_dump(mode=mode))
        assert again == settings
        assert again.fingerprint() == settings.fingerprint()


def test_settings_are_taken_in_every_usual_form() -> None:
    given = Settings.from_mapping({"jerks": {"max_duration_s": 0.8}})
    assert Settings.of(given) is given
    assert Settings.of({"jerks": {"max_duration_s": 0.8}}) == given
    assert Settings.of(None) == Settings()


@pytest.mark.parametrize("given", ["settings.toml", 3, ["jerks.max_duration_s=0.8"]])
def test_other_things_are_no_settings(given: Any) -> None:
    with pytest.raises(SettingsError, match="from_toml"):
        Settings.of(given)
