from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from detector.batch.participants import read_participants
from detector.batch.sources import find_sources, read_list, source_of
from detector.errors import ResultError
from detector.records.names import safe_name

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.mp4", "a.MKV", "notes.txt", ".hidden.mp4", "deep/er/c.avi", ".cache/d.mp4", "dir.mp4/e.mov"):
        path = tmp_path / "videos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "videos"


def names(folder: Path, *given: str) -> list[str]:
    return [os.path.relpath(source.path, folder) for source in find_sources(given)]


def test_a_folder_gives_its_videos_and_those_below(folder: Path) -> None:
    assert names(folder, str(folder)) == ["a.MKV", "b.mp4", "deep/er/c.avi", "dir.mp4/e.mov"]


def test_a_file_is_taken_whatever_its_name(folder: Path) -> None:
    assert names(folder, str(folder / "notes.txt"), str(folder / "gone.mp4")) == ["gone.mp4", "notes.txt"]


def test_globs_and_overlaps_give_each_file_once(folder: Path) -> None:
    assert names(folder, str(folder / "*.mp4"), str(folder / "b.mp4")) == ["b.mp4", "dir.mp4/e.mov"]
    assert names(folder, f"{folder}/**/*.avi") == ["deep/er/c.avi"]


def test_a_name_with_brackets_that_exists_is_no_glob(folder: Path) -> None:
    (folder / "night [1].mp4").write_bytes(b"")
    assert names(folder, str(folder / "night [1].mp4")) == ["night [1].mp4"]


def test_nothing_found_is_an_error(folder: Path) -> None:
    with pytest.raises(ResultError, match="no video file in it"):
        find_sources([str(folder / "*.wmv")])


@pytest.mark.parametrize("pattern", ["", "*/*.mp4", "**/*.mp4", "*"])
def test_a_folder_that_cannot_be_listed_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    closed = folder / "subject-7"
    closed.mkdir()
    scandir = os.scandir

    def refuse(path: Any = ".") -> Any:
        if os.fspath(path).rstrip("/") == str(closed):  # root may list anything, so that taking rights would not do
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ResultError, match=r"subject-7/?: the folder cannot be listed \(Permission denied\)"):
        find_sources([folder / pattern])


def test_folders_of_the_system_are_left_alone(folder: Path) -> None:
    before = find_sources([folder])
    for name in ("lost+found", "$RECYCLE.BIN"):
        (folder / name).mkdir()
        (folder / name / "deleted.mp4").write_bytes(b"1")
    assert find_sources([folder]) == before


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_loop_of_links_ends(folder: Path) -> None:
    (folder / "deep" / "loop").symlink_to(folder)
    assert len(find_sources([str(folder)])) == 4


def test_ids_never_meet_and_do_not_depend_on_others(tmp_path: Path) -> None:
    one, two = source_of(tmp_path / "x" / "night.mp4"), source_of(tmp_path / "y" / "night.mp4")
    assert one.id != two.id
    assert one.key != two.key
    assert source_of(tmp_path / "x" / ".." / "x" / "night.mp4") == one


@pytest.mark.skipif(sys.platform == "win32", reason="names are no bytes there")
def test_the_language_of_the_machine_does_not_change_an_id(tmp_path: Path) -> None:
    plain, escaped = tmp_path / "Müller\u202e.mp4", tmp_path / "M\udcc3\udcbcller\udce2\udc80\udcae.mp4"
    assert os.fsencode(plain) == os.fsencode(escaped), "as read in UTF-8, and in ASCII"
    assert source_of(plain).key == source_of(escaped).key
    assert source_of(plain).id == source_of(escaped).id


def test_a_given_subject_takes_the_place_of_the_file_name(tmp_path: Path) -> None:
    source = source_of(tmp_path / "Anna Smith.mp4", subject="07", session="2")
    assert source.id.startswith("sub-07_ses-2-")
    assert "Anna" not in source.id


def test_a_list_file_names_files_from_its_own_folder(folder: Path) -> None:
    (folder / "list.txt").write_text("# nights\nb.mp4\n\ndeep\n")
    assert names(folder, *read_list(folder / "list.txt")) == ["b.mp4", "deep/er/c.avi"]
    (folder / "list.txt").write_text("# nothing\n")
    with pytest.raises(ResultError, match="names no file"):
        read_list(folder / "list.txt")


def write_table(folder: Path, text: str) -> Path:
    path = folder / "participants.tsv"
    path.write_text(text, "utf-8")
    return path


def test_a_table_gives_subject_age_and_clock(folder: Path) -> None:
    table = write_table(
        folder,
        "participant_id\tsession\tpath\tdate_of_birth\tstart\tzone\tsite\n"
        "sub-01\t1\tb.mp4\t2026-01-01\t2026-02-05T22:41:00+01:00\tEurope/Berlin\tX\n"
        "sub-02\tn/a\ta.MKV\tn/a\t9:05\tn/a\tX\n",
    )
    two, one = read_participants(table)
    assert (one.subject, one.session, one.age_weeks, one.start_clock, one.zone) == (
        "01", "1", 5.0, "22:41:00", "Europe/Berlin",
    )  # fmt: skip
    assert (two.subject, two.session, two.age_weeks, two.start_clock) == ("02", "", None, "09:05:00")
    assert "2026" not in repr(one)


def test_the_age_can_be_given_in_weeks_or_days(folder: Path) -> None:
    table = folder / "nights.csv"
    table.write_text("path,age_weeks\nb.mp4,3.5\n")
    assert read_participants(table)[0].age_weeks == 3.5
    table.write_text("path,age_days\nb.mp4,21\n")
    assert read_participants(table)[0].age_weeks == 3.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("subject\n01\n", "no column `path`"),
        ("path\n", "no rows"),
        ("path\tsubject\n\t01\n", "line 2: the column `path` is empty"),
        ("path\nb.mp4\nb.mp4\n", "line 3: .* named twice"),
        ("path\tage_weeks\nb.mp4\tfour\n", "age_weeks 'four' is not an age"),
        ("path\tage_weeks\nb.mp4\t-1\n", "is not an age"),
        ("path\tdate_of_birth\nb.mp4\t2026-01-01\n", "needs a date in `start`"),
        ("path\tdate_of_birth\tstart\nb.mp4\t1.1.26\t2026-01-01T10:00\n", "is not a date"),
        ("path\tdate_of_birth\tstart\nb.mp4\t2026-03-01\t2026-01-01T10:00\n", "is not an age"),
        ("path\tstart\nb.mp4\tlate\n", "is not a time"),
        ("path\tzone\nb.mp4\tMars/Olympus\n", "zone 'Mars/Olympus' is unknown"),
        ("path\tzone\nb.mp4\t+25:99\n", r"zone '\+25:99' is unknown"),
        ("path\tstart\nb.mp4\t2026-03-01T10:00+23:30\n", r"zone '\+23:30' is unknown"),
        ("path\tage_weeks\nb.mp4\t1_0\n", "age_weeks '1_0' is not an age"),
        ("path\tage_weeks\nb.mp4\t3,5\n", "age_weeks '3,5' is not an age .*decimal point"),
        ('path\tsubject\na.mp4\t"01\nb.mp4\t02\n', "line 2: cannot be read as cells .* must end with one"),
        ('path\tsubject\na.mp4\t"01"x\n', "line 2: cannot be read as cells"),
        ("path\tsubject\nb.mp4\t" + '"' + 140_000 * "x" + '"\n', "line 2: cannot be read as cells .*field limit"),
        ("path\tsubject\n\na.mp4\t01\nb.mp4\n", "line 4: 1 cell, 2 expected"),
        ("path\tsubject\nb.mp4\t01\t3\n", "line 2: 3 cells, 2 expected"),
        ("path\tage\nb.mp4\t3\n", "line 1: the column `age` .* Name it age_weeks or age_days"),
        ("path\tAge (months)\nb.mp4\t3\n", r"the column `Age \(months\)` does not say"),
        ("path\tage_month\nb.mp4\t3\n", "the column `age_month` does not say"),
        ("path\tsubjct\nb.mp4\t3\n", "the column `subjct` would not be read; did you mean `subject`"),
        ("path\tsubject\tParticipant_ID\nb.mp4\t1\t2\n", "`subject` and `Participant_ID` both mean `subject`"),
        ("path\tpath\nb.mp4\ta.MKV\n", "both mean `path`"),
        ("path\tage_weeks\tage_days\nb.mp4\t3\t29\n", r"line 2: .* contradict .*age_weeks 3, age_days 4.14"),
        (
            "path\tage_weeks\tdate_of_birth\tstart\nb.mp4\t3\t2026-01-01\t2026-02-05T22:41\n",
            "line 2: .* contradict .*age_weeks 3, date_of_birth 5",
        ),
        (
            "path\tstart\tzone\nb.mp4\t2026-02-05T22:41+01:00\tAmerica/New_York\n",
            r"line 2: start has the offset \+01:00, but zone America/New_York has -05:00 then",
        ),
        ("path\tstart\tzone\nb.mp4\t2026-02-05T22:41+01:00\t+02:00\n", r"but zone \+02:00 has \+02:00 then"),
    ],
)
def test_a_wrong_value_is_named_with_its_line(folder: Path, text: str, says: str) -> None:
    with pytest.raises(ResultError, match=says):
        read_participants(write_table(folder, text))


def test_a_decimal_comma_is_no_cell_of_its_own(folder: Path) -> None:
    table = folder / "nights.csv"
    table.write_text("path,subject,age_weeks\nb.mp4,01,3,5\n")
    with pytest.raises(ResultError, match="line 2: 4 cells, 3 expected"):
        read_participants(table)


@pytest.mark.parametrize(
    ("heading", "field", "value"),
    [
        ("Age (weeks)", "age_weeks", 3.0),
        ("age weeks", "age_weeks", 3.0),
        ("Age [days]", "age_weeks", 0.43),
        ("Subject ID", "subject", "3"),
        ("age_weeks\tage", "age_weeks", 3.0),
    ],
)
def test_headings_may_be_spelt_in_the_obvious_ways(folder: Path, heading: str, field: str, value: object) -> None:
    (source,) = read_participants(write_table(folder, f"Path\t{heading}\nb.mp4\t3{heading.count(chr(9)) * chr(9)}\n"))
    assert getattr(source, field) == value


@pytest.mark.parametrize("separator", [";", "\t", ","])
@pytest.mark.parametrize("name", ["nights.csv", "nights.tsv"])
def test_the_headings_show_what_parts_the_cells(folder: Path, name: str, separator: str) -> None:
    rows = (("path", "subject", "age_weeks"), ("b.mp4", "01", "3.5"), ("", "", ""))
    (folder / name).write_text("\n".join(separator.join(row) for row in rows))
    (source,) = read_participants(folder / name)
    assert (source.subject, source.age_weeks) == ("01", 3.5)


def test_the_offset_may_be_either_one_when_the_clocks_go_back(folder: Path) -> None:
    row = "path\tstart\tzone\nb.mp4\t2026-10-25T02:30+0{}:00\tEurope/Berlin\n"
    for hours in (1, 2):
        assert read_participants(write_table(folder, row.format(hours)))[0].zone == "Europe/Berlin"
    with pytest.raises(ResultError, match=r"has \+01:00 or \+02:00 then"):
        read_participants(write_table(folder, row.format(3)))


@pytest.mark.parametrize("offset", ["", "+01:00", "+02:00"])
def test_a_start_that_the_clocks_were_put_forward_over_is_refused(folder: Path, offset: str) -> None:
    row = f"path\tstart\tzone\nb.mp4\t2026-03-29T{{}}{offset}\t{{}}\n"
    words = r"line 2: start 2026-03-29T02:30 does not exist in Europe/Berlin: .* write 2026-03-29T03:30; otherwise"
    with pytest.raises(ResultError, match=words):
        read_participants(write_table(folder, row.format("02:30", "Europe/Berlin")))
    assert read_participants(write_table(folder, row.format("02:30", offset or "+01:00")))[0].start_clock == "02:30:00"
    if offset != "+01:00":
        assert read_participants(write_table(folder, row.format("03:00", "Europe/Berlin")))[0].start_clock == "03:00:00"
    if offset != "+02:00":
        assert read_participants(write_table(folder, row.format("01:59", "Europe/Berlin")))[0].start_clock == "01:59:00"


@pytest.mark.parametrize("start", ["2026-04-24", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_date_alone_and_the_ends_of_the_calendar_are_no_gap(folder: Path, start: str) -> None:
    """In Cairo the clocks are put forward at midnight, and a date alone is one."""
    row = f"path\tstart\tzone\nb.mp4\t{start}\tAfrica/Cairo\n"
    assert read_participants(write_table(folder, row))[0].zone == "Africa/Cairo"


def test_completed_weeks_beside_days_are_no_contradiction(folder: Path) -> None:
    table = write_table(folder, "path\tage_weeks\tage_days\nb.mp4\t3\t28\n")
    assert read_participants(table)[0].age_weeks == 3.0


@pytest.mark.parametrize("sign", ["\u2028", "\x0b", "\x0c", "\x85"])
def test_only_newlines_end_a_line(folder: Path, sign: str) -> None:
    (source,) = read_participants(write_table(folder, f"path\tsubject\r\nni{sign}ght.mp4\t01\r\n"))
    assert source.path.endswith(f"ni{sign}ght.mp4")
    (folder / "list.txt").write_text(f"ni{sign}ght.mp4\n", "utf-8")
    assert read_list(folder / "list.txt") == [str(folder / f"ni{sign}ght.mp4")]


def test_clips_that_an_analysis_left_are_no_recordings(tmp_path: Path) -> None:
    clips = ("night/clips/jerk-0001.mp4", "night/clips/rejected-0003.mp4")
    for name in ("night.mp4", *clips, "night/clips/mine.mp4", "clips/jerk-0001.mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "night/clips/clips.json").write_text("{}")
    found = [os.path.relpath(source.path, tmp_path) for source in find_sources([tmp_path])]
    assert found == ["clips/jerk-0001.mp4", "night.mp4", "night/clips/mine.mp4"]


@pytest.mark.parametrize(
    "stem", ["新生儿睡眠录像" * 6, "ночной_сон_" * 8, "a" * 200], ids=["Chinese", "Cyrillic", "long"]
)
def test_an_id_of_any_script_is_a_folder_name_as_it_is(stem: str) -> None:
    one, other = (source_of(f"/videos/{stem}{end}.mp4") for end in ("一", "二"))
    assert one.id != other.id
    assert [safe_name(one.id), safe_name(other.id)] == [one.id, other.id]


@pytest.mark.parametrize("wide", ["utf-16", "utf-16-be"])
def test_a_list_that_powershell_wrote_is_read(tmp_path: Path, wide: str) -> None:
    mark = "\ufeff" if wide.endswith("be") else ""
    (tmp_path / "list.txt").write_bytes(f"{mark}nächtlich.mp4\r\nb.mp4\r\n".encode(wide))
    assert read_list(tmp_path / "list.txt") == [str(tmp_path / "nächtlich.mp4"), str(tmp_path / "b.mp4")]


@pytest.mark.parametrize("wide", ["utf-16-le", "utf-32"])
def test_a_list_in_another_alphabet_is_refused(tmp_path: Path, wide: str) -> None:
    (tmp_path / "list.txt").write_bytes("a.mp4\n".encode(wide))
    with pytest.raises(ResultError, match=r"not text\. Save it as UTF-8"):
        read_list(tmp_path / "list.txt")


def test_half_a_wide_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes("a.mp4".encode("utf-16")[:-1])
    with pytest.raises(ResultError, match=r"the list is not text .* Save it as UTF-8"):
        read_list(tmp_path / "list.txt")


def test_what_camcorders_and_disks_hold_is_taken_from_folders(tmp_path: Path) -> None:
    for name in ("VTS_01_1.VOB", "MOV001.MOD", "clip.qt", "notes.txt"):
        (tmp_path / name).touch()
    assert names(tmp_path, tmp_path) == ["MOV001.MOD", "VTS_01_1.VOB", "clip.qt"]
