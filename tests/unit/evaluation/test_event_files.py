from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from detector.errors import TruthError
from detector.evaluation.event_files import EventTable, read_events

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "onset\tduration\ttrial_type\n"


def _read(tmp_path: Path, text: str | bytes) -> EventTable:
    path = tmp_path / "truth.tsv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_events(path)


def test_rows_are_sorted_and_extra_columns_passed_over(tmp_path: Path) -> None:
    table = _read(
        tmp_path,
        "note\tonset\ttrial_type\tduration\tamplitude_px\nx\t2.5\tjerk\t0.2\t4\n\t1\tdont_care\tn/a\tn/a\n",
    )
    assert table.onset_s.tolist() == [1.0, 2.5]
    assert table.trial_type == ("dont_care", "jerk")
    np.testing.assert_array_equal(table.duration_s, [np.nan, 0.2])
    np.testing.assert_array_equal(table.amplitude_px, [np.nan, 4.0])
    assert table.offset_s.tolist() == [1.0, 2.7]
    assert (table.line, table.of("jerk").line) == ((3, 2), (2,))
    assert not table.onset_s.flags.writeable


@pytest.mark.parametrize(
    "text",
    [
        HEADER,
        HEADER.strip(),
        HEADER + "\n\n",
        "\ufeff" + HEADER,
        HEADER.replace("\n", "\r\n"),
    ],
)
def test_no_events(tmp_path: Path, text: str) -> None:
    assert len(_read(tmp_path, text)) == 0


def test_windows_line_ends_and_quotes(tmp_path: Path) -> None:
    table = _read(tmp_path, '"onset"\t"duration"\t"trial_type"\r\n 1.5 \t"0.1"\t"jerk"\r\n')
    assert (table.onset_s.tolist(), table.trial_type) == ([1.5], ("jerk",))


def test_the_kind_is_read_in_any_case(tmp_path: Path) -> None:
    assert _read(tmp_path, HEADER + "1\t0.1\tJerk\n2\t0.1\tDONT_CARE\n").trial_type == ("jerk", "dont_care")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + "-0.5\t0.1\tjerk\n", "line 2, column onset: -0.5 s lies before the first frame"),
        ("", "line 1: no column onset, duration, trial_type"),
        ("onset,duration,trial_type\n1,2,jerk\n", "line 1: separated by commas; tabs are needed. Tables are"),
        ('"onset","duration","trial_type"\r\n1,2,"jerk"\r\n', "line 1: separated by commas; tabs are needed"),
        ("Onset;Dauer;Art\n1,5;0,2;jerk\n", "line 1: separated by semicolons; tabs are needed"),
        ("a,b\n1,2\n", "line 1: no column onset, duration, trial_type. Tables are"),
        ("Onset\tduration\ttrial_type\n", "line 1: no column onset; did you mean onset by 'Onset'? Tables are"),
        (
            "onset_s\tDuration (s)\ttrial type\n",
            "did you mean onset by 'onset_s', duration by 'Duration (s)', trial_type by 'trial type'?",
        ),
        ("offset\tduration_ms\ttrial_type\n", "line 1: no column onset, duration. Tables are"),
        ("onset_ms\tonset (ms)\tduration\ttrial_type\n", "line 1: no column onset. Tables are"),
        ("onset\tduration\n1\t2\n", "line 1: no column trial_type"),
        ("onset\tduration\ttrial_type\tonset\n", "column onset appears twice"),
        (HEADER + "1\t0.1\tjerk\n2\t0.1\n", "line 3: 2 columns, 3 expected"),
        (HEADER + "1\t0.1\tjerk\n\nx\t0.1\tjerk\n", "line 4, column onset: 'x' is not a number"),
        (HEADER + "n/a\t0.1\tjerk\n", "line 2, column onset: there is no value"),
        (HEADER + "inf\t0.1\tjerk\n", "line 2, column onset"),
        (HEADER + "nan\t0.1\tjerk\n", "line 2, column onset"),
        (HEADER + "1\t-0.1\tjerk\n", "line 2, column duration: -0.1 s, at least 0 s"),
        (HEADER + "1\t1,5\tjerk\n", "line 2, column duration: '1,5'"),
        (HEADER.strip() + "\tamplitude_px\n1\t1\tjerk\tbig\n", "line 2, column amplitude_px: 'big'"),
        (HEADER.encode("utf-16"), "cannot be read as an event table"),
        (HEADER + '"1\t0.1\tjerk\n', "cannot be read as an event table"),
    ],
)
def test_faults_name_file_line_and_column(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(TruthError) as caught:
        _read(tmp_path, text)
    assert str(tmp_path / "truth.tsv") in str(caught.value)
    assert message in str(caught.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(TruthError, match="cannot be read"):
        read_events(tmp_path / "none.tsv")


def test_one_kind() -> None:
    table = EventTable([3.0, 1.0, 2.0], [0.1] * 3, ("jerk", "gross", "jerk"), [1.0, 2.0, 3.0])  # type: ignore[arg-type]
    assert table.of("jerk").onset_s.tolist() == [2.0, 3.0]
    assert table.of("jerk").amplitude_px.tolist() == [3.0, 1.0]
    assert len(table.of("none")) == 0


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="duration_s has shape"):
        EventTable(np.zeros(2), np.zeros(1), ("jerk", "jerk"), np.zeros(2))
