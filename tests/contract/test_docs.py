"""A claim in the docs is a test: pages made from the code are fresh, links lead somewhere."""

from __future__ import annotations

import inspect
import re
import shutil
from dataclasses import fields, is_dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import detector
from detector.batch.reasons import REASONS
from detector.cli.evaluate import WIDER_S
from detector.config import Settings
from detector.evaluation.event_files import EventTable
from detector.evaluation.scores import TOLERANCE_S, Scores, score
from detector.evaluation.tables import EVENT_COLUMNS, RECORDING_COLUMNS, event_rows
from detector.evaluation.tally import Pair
from detector.events.verdicts import TESTS
from detector.motion.lighting import OFFSET
from detector.records.motion import LEAST_GREY
from tests.contract.api_page import GROUPS, api_page, told_of
from tests.contract.generated_docs import (
    CONSTANTS,
    REFERENCE,
    cli_page,
    cohort_page,
    command_names,
    constants,
    constants_page,
    help_text,
    reasons_page,
    settings_page,
)

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def test_cli_page_is_what_help_prints() -> None:
    assert (REFERENCE / "cli.md").read_text("utf-8") == cli_page(), "run `make docs`"


def test_settings_page_is_what_config_says() -> None:
    assert (REFERENCE / "settings.md").read_text("utf-8") == settings_page(), "run `make docs`"


def test_pages_of_a_study_are_what_the_code_says() -> None:
    assert (REFERENCE / "cohort.md").read_text("utf-8") == cohort_page(), "run `make docs`"
    assert (REFERENCE / "reason-codes.md").read_text("utf-8") == reasons_page(), "run `make docs`"


def test_page_of_the_public_names_is_what_the_docstrings_say() -> None:
    assert sorted([*chain(*GROUPS.values()), "__version__"]) == detector.__all__, "each name stands in one group"
    assert (REFERENCE / "api.md").read_text("utf-8") == api_page(), "run `make docs`"


def test_the_example_of_the_public_names_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = detector.sample_path("isolated")
    shutil.copy(film, tmp_path / "night.mp4")
    shutil.copy(ROOT / "samples" / "truth" / "isolated.tsv", tmp_path / "rater.tsv")
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(from detector.*?)```", (REFERENCE / "api.md").read_text("utf-8"), re.DOTALL)
    said: dict[str, Any] = {}
    exec(example, said)
    assert len(said["strict"].jerks) <= len(said["theirs"].jerks)
    assert len(list((said["written"].folder / "clips").glob("jerk-*.mp4"))) == len(said["jerks"])
    assert score([said["read_pair"](said["written"].result, "rater.tsv")]).recall == 1.0
    assert len(said["jerks"]) == len(said["written"].result.jerks) > 0


@pytest.mark.parametrize("name", [name for name in detector.__all__ if name != "__version__"])
def test_every_public_name_tells_all_that_it_takes_and_holds(name: str) -> None:
    value = getattr(detector, name)
    told = told_of(name)
    if is_dataclass(value):
        assert told["attributes"] == {field.name for field in fields(value)}
    elif inspect.isfunction(value):
        assert told["parameters"] == set(inspect.signature(value).parameters)
        assert told["returns"]


def test_every_reason_that_code_gives_is_known() -> None:
    given = {
        code
        for path in (ROOT / "detector").rglob("*.py")
        for code in re.findall(r'\bcode="(\w+)"', path.read_text("utf-8"))
    }
    of_pictures = {"no_picture", "no_clips"}  # of `explain` and `clips`, which no study runs
    assert given - of_pictures <= set(REASONS)


def test_every_limit_has_its_reason() -> None:
    text = CONSTANTS.read_text("utf-8")
    named = re.findall(r"^\| `((?:motion|events|records)\..+?)` \|.*\| \S.+ \|$", text, re.MULTILINE)
    assert sorted(named) == sorted(constants()), "docs/decisions/0004 says why each constant is what it is"
    assert text == constants_page(text), "run `make docs`"


def test_every_rule_has_its_reason() -> None:
    (page,) = CONSTANTS.parent.glob("0007-*.md")
    rows = re.findall(
        r"^\| `(\w+)` \| ([<>])= ([\d.]+)[^|]* \| ([\d.]+) \| `(\w+)` \| \S.+ \|$",
        page.read_text("utf-8"),
        re.MULTILINE,
    )
    said = [(name, sign == "<", float(limit), float(scale), reason) for name, sign, limit, scale, reason in rows]
    assert said == [(test.feature, test.at_most, test.limit, test.scale, str(test.reason)) for test in TESTS]


def test_every_setting_says_what_it_means() -> None:
    silent = [
        f"{block}.{name}"
        for block, field in Settings.model_fields.items()
        for name, setting in field.annotation.model_fields.items()
        if not setting.description
    ]
    assert silent == []


@pytest.mark.parametrize("name", command_names())
def test_every_command_and_option_has_help(name: str) -> None:
    text = help_text(name)
    options = re.findall(r"^  (?:-\w, )?(--?[\w-]+)(?: [A-Z=]+)?(.*)$", text, re.MULTILINE)
    assert "--help" in [option for option, _ in options]
    lines = text.splitlines()
    for option, rest in options:
        following = lines[lines.index(next(line for line in lines if option in line)) + 1 :]
        assert rest.strip() or following[0].startswith(" " * 8), f"{name} {option} has no help"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert broken == []


def test_readme_is_short_and_starts_with_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    assert len(lines) < 150
    first_screen = "\n".join(lines[:40])
    for must in ("make demo", "make test", "pip install", "sleepjerk demo", "diagnosis"):
        assert must in first_screen


def test_readme_says_of_small_pictures_what_was_measured() -> None:
    (row,) = re.findall(
        r"^\| width 320 \| \d+ \| (\d+) \| (\d+) \|",
        (ROOT / "docs" / "explanation" / "accuracy.md").read_text("utf-8"),
        re.MULTILINE,
    )
    words = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert f"at 320, {row[1]} of {row[0]} were missed" in words


def test_evaluate_page_names_all_that_is_written() -> None:
    page = (REFERENCE / "evaluate.md").read_text("utf-8")
    events, recordings, scores = page.split("\n## ")[1:]
    assert named(events) == list(EVENT_COLUMNS)
    assert named(recordings) == list(RECORDING_COLUMNS)
    assert set(named(recordings) + named(scores)) == {"recording", "condition", *(one.name for one in fields(Scores))}
    none = EventTable(np.empty(0), np.empty(0), (), np.empty(0))
    empty = score([Pair(none, none)])
    inner = {*empty.recall_by_amplitude, *empty.macro, *empty.by_condition[""]}
    assert {name for name in inner if f"`{name}`" not in scores} == set()


def named(part: str) -> list[str]:
    """Return the names in the first column of the table of a page's part."""
    cells = re.findall(r"^\| (`.+?) \|", part, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


def test_evaluate_page_knows_every_outcome_and_both_tolerances() -> None:
    page = (REFERENCE / "evaluate.md").read_text("utf-8")
    known = EventTable(np.array([1.0, 5.0, 8.0]), np.ones(3), ("jerk", "jerk", "dont_care"), np.ones(3))
    found = EventTable(np.array([1.0, 3.0, 8.5]), np.ones(3), ("jerk",) * 3, np.ones(3))
    outcomes = {row["outcome"] for row in event_rows(Pair(found, known), TOLERANCE_S)}
    cell = page.split("| `outcome` |")[1].split("|")[0]
    assert outcomes == set(re.findall(r"`(\w+)`", cell))
    assert f"({TOLERANCE_S:g} s\nunless given) and {WIDER_S:g} s" in page


def test_signal_page_says_how_light_is_measured() -> None:
    page = (REFERENCE / "signal-parquet.md").read_text("utf-8")
    assert f"median over its rows of each row's median ratio, taken after adding {OFFSET:g} grey levels" in page


def test_flags_page_says_when_a_picture_is_too_dark() -> None:
    page = (REFERENCE / "quality-flags.md").read_text("utf-8")
    assert f"Mean grey below {LEAST_GREY:g} of 255" in page
    assert f"Mean grey of {LEAST_GREY:g} or more and no detail" in page
