from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import duckdb
import pytest

from detector.batch.receipts import Status, read_receipt, read_receipts
from detector.batch.sources import source_of
from detector.batch.study.cohort import LATE_NOTE, cohort_row, write_tables
from detector.batch.study.cohort_columns import COHORT
from detector.batch.study.figures import draw_study
from detector.batch.study.numbers import study_numbers
from detector.batch.study.page import render_study
from detector.batch.study.reviews import review_columns
from detector.batch.study.tables import outliers_table, recordings_table
from detector.batch.study.write import TABLES, write_study
from detector.errors import ResultError
from detector.events.reviewed import reviewed
from detector.exports.events_tsv import write_events
from detector.records.file_names import REVIEWED
from detector.records.review import Review
from tests.factories import make_result
from tests.unit.batch.cohorts import certified, fading_study, failed, receipt_of

if TYPE_CHECKING:
    from pathlib import Path

    from detector.batch.receipts import Receipt


@pytest.fixture(scope="module")
def receipts() -> list[Receipt]:
    return fading_study()


class Text(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def write_all(receipts: list[Receipt], study: Path) -> None:
    (study / "receipts").mkdir(parents=True)
    for receipt in receipts:
        made = receipt
        if receipt.status is Status.DONE:
            folder = study / "recordings" / receipt.source.id
            folder.mkdir(parents=True)
            write_events(make_result(6, 0.5), folder / "events.tsv", folder / "events.json")
            made = certified(receipt, study)
        made.write(study)


def test_a_receipt_comes_back_as_it_was(tmp_path: Path, receipts: list[Receipt]) -> None:
    odd = receipt_of("/videos/b\udcffad \u202e.mp4")
    write_all([*receipts, odd], tmp_path)
    for receipt in (receipts[0], odd):
        assert read_receipt(tmp_path, receipt.source.key) == certified(receipt, tmp_path)
        assert json.loads(receipt.text())["print"]["size_bytes"] == receipt.stamp.size_bytes, "as in earlier studies"
    assert [r.source.id for r in read_receipts(tmp_path)] == sorted(r.source.id for r in [*receipts, odd])


def test_damaged_and_foreign_receipts_count_as_none(tmp_path: Path, receipts: list[Receipt]) -> None:
    write_all(receipts[:4], tmp_path)
    one, two, three, sound = sorted((tmp_path / "receipts").iterdir())
    one.write_bytes(one.read_bytes()[:-20])
    two.write_text(two.read_text().replace('"format": "1"', '"format": "9"'))
    three.write_text(re.sub(r'"status": "\w+"', '"status": "odd"', three.read_text()))
    assert len(list(read_receipts(tmp_path))) == 1
    for path in (one, two, three):
        with pytest.raises(ResultError):
            read_receipt(tmp_path, path.stem)
    assert read_receipt(tmp_path, sound.stem)


def test_a_receipt_that_another_shard_takes_away_meanwhile_is_left_out(tmp_path: Path, receipts: list[Receipt]) -> None:
    write_all(receipts[:3], tmp_path)
    found = read_receipts(tmp_path)
    first = next(found)
    for path in (tmp_path / "receipts").iterdir():
        path.unlink()
    assert [first, *found] == [first]


def test_numbers_of_the_row_are_those_of_the_summary() -> None:
    receipt = receipt_of(n_jerks=24, hours=2.0, age_weeks=5.0, subject="01")
    row, summary = cohort_row(receipt), receipt.summary
    assert (row["jerks"], row["clusters"], row["episodes"]) == tuple(
        summary["counts"][name] for name in ("jerk", "cluster", "episode")
    )
    for name in ("jerks_per_quiet_h", "clusters_per_quiet_h"):
        assert row[name] == summary["rates"][name]
    parts_h = row["analysed_h"] + row["masked_h"] + row["missing_h"]
    assert parts_h == pytest.approx(row["claimed_h"], abs=1e-5)
    assert set(row) == {column.name for column in COHORT}


@pytest.mark.parametrize(
    ("age", "jerks", "noted"), [(26.0, 12, False), (26.5, 12, True), (40.0, 0, False), (None, 12, False)]
)
def test_jerks_beyond_the_usual_age_carry_a_note(age: float | None, jerks: int, *, noted: bool) -> None:
    row = cohort_row(receipt_of(n_jerks=jerks, age_weeks=age))
    assert row["note"] == (LATE_NOTE if noted else None)
    assert "beyond the usual age range, discuss with a paediatrician" in LATE_NOTE


def review_beside(study: Path, receipt: Receipt, review: Review, **others: str) -> None:
    """Write what a person's decisions leave of a result with 24 jerks, as `decisions` does."""
    folder = study / "recordings" / receipt.source.id / REVIEWED
    folder.mkdir(parents=True, exist_ok=True)
    summary = reviewed(make_result(n_jerks=24), review).summary()
    made = {"settings_fingerprint": receipt.made_by.settings, "algorithm": receipt.made_by.algorithm}
    summary["provenance"] |= {name: others.get(name, value) for name, value in made.items()}
    model = others.get("model", receipt.made_by.model)
    summary["provenance"]["model"] = {"name": "jerk-classifier-1", "sha256": model} if model else None
    summary["input"] = {"sha256": others.get("sha256", receipt.sha256), "size_bytes": 1}
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")


def test_what_a_person_decided_stands_beside_what_was_found(tmp_path: Path, receipts: list[Receipt]) -> None:
    write_all(receipts, tmp_path)
    done = [receipt for receipt in receipts if receipt.status is Status.DONE]
    review = Review(("jerk-0001",), ("jerk-0002", "jerk-0003"))
    review_beside(tmp_path, done[0], review)
    rows = {row["id"]: row for row in write_study(tmp_path)}
    columns = ("confirmed", "refused", "added", "reviewed_jerks")
    assert tuple(rows[done[0].source.id][name] for name in columns) == (1, 2, 0, 22)
    left = reviewed(make_result(n_jerks=24), review).summary()
    theirs = rows[done[0].source.id]
    for name in ("jerks_per_analysed_h", "jerks_per_quiet_h", "clusters_per_quiet_h"):
        assert theirs[f"reviewed_{name}"] == left["rates"][name] > 0
    assert theirs["reviewed_clusters"] == left["counts"]["cluster"] > 0
    assert theirs["reviewed_episodes"] == left["counts"]["episode"]
    assert theirs["reviewed_episode_longest_s"] == max(one["duration_s"] for one in left["episodes"])


@pytest.mark.parametrize("other", [
    {"sha256": "of another video"}, {"settings_fingerprint": "fedcba9876543210"}, {"algorithm": "0"},
    {"model": "ef" * 32}, {"model": ""},
])  # fmt: skip
def test_a_review_of_what_other_videos_or_settings_gave_counts_nothing(tmp_path: Path, other: dict[str, str]) -> None:
    receipt = judged_by(receipt_of(), "cd" * 32)
    review_beside(tmp_path, receipt, Review(("jerk-0001",)))
    folder = tmp_path / "recordings" / receipt.source.id
    assert review_columns(folder, receipt)["confirmed"] == 1
    review_beside(tmp_path, receipt, Review(("jerk-0001",)), **other)
    assert review_columns(folder, receipt) == {}


@pytest.mark.parametrize("damage", [
    "[]", "{", {"rates": []}, {"rates": None}, {"rates": {"jerks_per_quiet_h": "many"}}, {"counts": {"jerk": None}},
    {"episodes": [{"duration_s": "long"}]}, {"provenance": None},
])  # fmt: skip
def test_a_damaged_review_counts_nothing(tmp_path: Path, damage: str | dict[str, Any]) -> None:
    receipt = receipt_of()
    review_beside(tmp_path, receipt, Review(("jerk-0001",)))
    path = tmp_path / "recordings" / receipt.source.id / REVIEWED / "summary.json"
    path.write_text(damage if isinstance(damage, str) else json.dumps(json.loads(path.read_text()) | damage), "utf-8")
    assert review_columns(path.parent.parent, receipt) == {}


def judged_by(receipt: Receipt, model: str) -> Receipt:
    return replace(receipt, made_by=replace(receipt.made_by, model=model))


def test_a_study_that_mixes_classifiers_says_so() -> None:
    one, two = (receipt_of(f"/v/{k}.mp4") for k in (1, 2))
    rows = [cohort_row(judged_by(one, "ab" * 32)), cohort_row(judged_by(two, "cd" * 32))]
    assert [row["model"] for row in rows] == ["ab" * 32, "cd" * 32]
    assert cohort_row(one)["model"] is None, "the rules alone judged"
    study = study_numbers(rows)
    (caution,) = study.cautions
    assert caution.startswith("The recordings were analysed with different classifiers and must not be compared: run")
    assert "classifier abababab; sleepjerk" in study.versions
    assert study_numbers([rows[0], rows[0] | {"id": "other"}]).cautions == ()
    (caution,) = study_numbers([rows[0], rows[1] | {"settings": "other", "version": "0.0.9"}]).cautions
    assert "with different settings, versions and classifiers and must" in caution


def in_review(row: dict[str, Any], *, confirmed: int, refused: int, added: int = 0) -> dict[str, Any]:
    """Return a row with a review, the numbers of which fall in step with the jerks."""
    left = row["jerks"] - refused + added
    share = left / max(row["jerks"], 1)
    names = ("jerks_per_quiet_h", "clusters_per_quiet_h", "episode_longest_s")
    scaled = {f"reviewed_{name}": None if row[name] is None else row[name] * share for name in names}
    return row | scaled | {"confirmed": confirmed, "refused": refused, "added": added, "reviewed_jerks": left}


def test_the_page_tells_how_far_the_review_got_and_what_it_left() -> None:
    found = [receipt_of(f"/v/{weeks}.mp4", n_jerks=24, age_weeks=weeks, subject="01") for weeks in (2, 4, 6)]
    whole, half, none = map(cohort_row, found)
    rows = [in_review(whole, confirmed=20, refused=4, added=1), in_review(half, confirmed=1, refused=2), none]
    study = study_numbers(rows)
    assert study.review == (
        "Reviewed: 27 of 72 candidate jerks (21 confirmed, 6 rejected); of 3 recordings with jerks, 1 fully and "
        "1 partly. 1 other movement was added."
    )
    assert [row[1:7] for row in study.reviews.rows] == [
        ("24", "3", "1", "2", "0", "22"), ("24", "0", *[""] * 4), ("24", "all", "20", "4", "1", "21")
    ], "what is left comes first"  # fmt: skip
    (subject,) = study.subjects
    assert subject.reviewed == ("yes", "no", "no"), "half a review is nobody's number"
    assert subject.rate == (rows[0]["reviewed_jerks_per_quiet_h"], half["jerks_per_quiet_h"], none["jerks_per_quiet_h"])
    page = render_study(rows)
    assert "Hollow points show values as found" in page
    assert "in that person&#39;s view" in page or "in that person's view" in page


def test_where_no_jerk_was_found_nothing_is_left_to_decide() -> None:
    found = [receipt_of(f"/v/{weeks}.mp4", n_jerks=0, age_weeks=weeks, subject="01") for weeks in (2, 4)]
    jerks = receipt_of("/v/6.mp4", n_jerks=24, age_weeks=6, subject="01")
    none, dismissed, rest = map(cohort_row, [*found, jerks])
    rows = [none, in_review(dismissed, confirmed=0, refused=0), in_review(rest, confirmed=24, refused=0)]
    study = study_numbers(rows)
    assert study.review == (
        "Reviewed: 24 of 24 candidate jerks (24 confirmed, 0 rejected); of 1 recording with jerks, 1 fully and "
        "0 partly."
    )
    assert study.subjects[0].reviewed == ("none found", "yes", "yes")
    figure = draw_study(study)["ages"]
    assert [row[-1] for row in figure.table.rows] == ["none found", "yes", "yes"], "nobody looked at the first"
    assert "Where no jerk was found and nobody decided on anything" in figure.caption
    assert "these points are filled" in figure.caption
    assert "these points are filled" not in draw_study(study_numbers(rows[1:]))["ages"].caption
    assert [row[1] for row in study.reviews.rows] == ["0", "24"]


@pytest.mark.parametrize("n_subjects", [1, 2, 6, 9])
def test_the_age_figure_stands_where_all_is_reviewed(n_subjects: int) -> None:
    rows = [
        in_review(cohort_row(receipt_of(f"/v/{n}.mp4", age_weeks=n + 1, subject=str(n))), confirmed=24, refused=0)
        for n in range(n_subjects)
    ]
    assert "jerks per quiet hour" in draw_study(study_numbers(rows))["ages"].drawing.svg


def test_without_a_review_the_page_has_no_word_on_it(receipts: list[Receipt]) -> None:
    study = study_numbers([cohort_row(receipt) for receipt in receipts])
    assert (study.review, study.reviews.rows) == ("", ())


@pytest.mark.parametrize(("confirmed", "refused", "added", "noted"), [
    (0, 12, 0, False), (1, 11, 0, True), (0, 12, 1, True), (0, 6, 0, True), (0, 11, 0, True),
])  # fmt: skip
def test_the_note_on_age_goes_by_a_whole_review(confirmed: int, refused: int, added: int, *, noted: bool) -> None:
    receipt = receipt_of(n_jerks=12, age_weeks=30.0)
    theirs = {"confirmed": confirmed, "refused": refused, "added": added, "reviewed_jerks": 12 - refused + added}
    assert cohort_row(receipt, theirs)["note"] == (LATE_NOTE if noted else None)


def test_tables_agree_and_the_same_receipts_give_the_same_bytes(tmp_path: Path, receipts: list[Receipt]) -> None:
    write_all(receipts, tmp_path)
    rows = write_study(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in TABLES}
    for name in TABLES:
        (tmp_path / name).unlink()
    write_study(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in TABLES} == before
    text = (tmp_path / "cohort.tsv").read_text().splitlines()
    assert text[0].split("\t") == [column.name for column in COHORT] == [*rows[0]]
    with duckdb.connect(":memory:") as database:
        stored = database.execute("SELECT id, jerks, note FROM read_parquet(?)", [str(tmp_path / "cohort.parquet")])
        assert stored.fetchall() == [(row["id"], row["jerks"], row["note"]) for row in rows]
        counted = database.execute(
            "SELECT count(*), count(DISTINCT id) FROM read_parquet(?) WHERE trial_type = 'jerk'",
            [str(tmp_path / "events.parquet")],
        )
        assert counted.fetchone() == (20 * 6, 20)
    assert len((tmp_path / "failures.tsv").read_text().splitlines()) == 1 + 3
    assert set(json.loads((tmp_path / "cohort.json").read_text())) >= set(rows[0])


def test_every_row_leads_back_to_its_video_and_tables_to_be_passed_on_name_none(tmp_path: Path) -> None:
    made = receipt_of("/clinic/Anna Beispiel/n1.mp4", subject="01", session="1", age_weeks=3.0)
    bad = failed("/clinic/Anna Beispiel/n2.mp4", subject="01")
    write_all([made, bad], tmp_path)
    rows = write_study(tmp_path)
    lines = [line.split("\t") for line in (tmp_path / "paths.tsv").read_text().splitlines()]
    assert lines[0] == ["id", "status", "path"]
    assert {line[0]: line[2] for line in lines[1:]} == {r.source.id: r.source.path for r in (made, bad)}
    assert [line[0] for line in lines[1:]] == [row["id"] for row in rows]
    with duckdb.connect(":memory:") as database:
        events = database.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "events.parquet")]).fetchall()
        cohort = database.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "cohort.parquet")]).fetchall()
    assert events
    for text in (
        str(events),
        str(cohort),
        (tmp_path / "cohort.tsv").read_text(),
        (tmp_path / "study.html").read_text(),
    ):
        assert "Beispiel" not in text


def test_recordings_of_one_name_are_told_apart_in_the_figure() -> None:
    receipts = [receipt_of(f"/v/{folder}/n1.mp4") for folder in ("anna", "ben")] + [receipt_of("/v/n2.mp4")]
    page = render_study([cohort_row(receipt) for receipt in receipts])
    drawn = re.findall(r">(n\d[^<]*)</text>", page)
    assert sorted(drawn) == sorted([*(f"n1 {receipt.source.id[-8:]}" for receipt in receipts[:2]), "n2"])


def test_hostile_names_are_text_in_every_table(tmp_path: Path) -> None:
    names = ["=cmd()", "<script>alert(1)</script>", "a\tb\nc", "\u202egnp.exe"]
    made = [receipt_of(f"/v/{i}.mp4", subject=name, age_weeks=3.0) for i, name in enumerate(names)]
    bad = [replace(failed("/v/x.mp4"), message="=1+1\t\x1b[31m<b>"), failed("/v/y\udcff.mp4")]
    write_all([*made, *bad], tmp_path)
    write_study(tmp_path)
    table = (tmp_path / "cohort.tsv").read_bytes().decode()
    lines = table.splitlines()
    assert {line.count("\t") for line in lines} == {len(COHORT) - 1}
    assert "\t'=cmd()\t" in table
    assert "\x1b" not in (tmp_path / "failures.tsv").read_text()
    page = (tmp_path / "study.html").read_text()
    assert "script" not in Text(page).tags
    assert "<script>alert(1)</script>" in "".join(Text(page).words)


def test_the_page_says_what_the_rows_say(receipts: list[Receipt]) -> None:
    rows = [cohort_row(receipt) for receipt in receipts]
    page = render_study(rows)
    words = " ".join(" ".join(Text(page).words).split())
    jerks = sum(row["jerks"] or 0 for row in rows)
    assert f"{jerks:,} candidate jerks in 20 recordings of 5 subjects" in words
    assert "2 of 23 recordings could not be analysed" in words
    assert "expected to have resolved by about six months" in words
    noted = {row["subject"] for row in rows if row["note"]}
    assert words.count("discuss with a paediatrician") == len(noted) + 1, "for each subject, and once beside the ages"
    for never in ("http://", "https://", "<script", "seizure", "normal range"):
        assert never not in page
    assert page == render_study(rows)


def test_seconds_of_video_have_no_rate_in_the_table_nor_on_the_page() -> None:
    brief, whole = receipt_of("/v/brief.mp4", n_jerks=6, hours=0.01), receipt_of("/v/whole.mp4", n_jerks=24, hours=1.0)
    row = cohort_row(brief)
    assert (row["jerks"], row["claimed_h"]) == (6, 0.01)
    assert [name for name, value in row.items() if "per_" in name and value is not None] == []
    words = " ".join(" ".join(Text(render_study([cohort_row(brief)])).words).split())
    assert "no recording long enough for a rate" in words
    assert "Where less than ten minutes were analysed, there is no rate." in words
    assert "35.4 s" in words
    rates = study_numbers([cohort_row(receipt) for receipt in (brief, whole)]).rates
    assert rates == (cohort_row(whole)["jerks_per_quiet_h"],)


@pytest.mark.parametrize(
    ("n", "sentences"),
    [
        (
            1,
            (
                "1 recording carries a severe quality flag: do not trust its counts",
                "1 of 3 recordings could not be analysed and is left out of the counts and rates.",
                "1 file may not have been fully recorded or copied yet and was left out",
            ),
        ),
        (
            2,
            (
                "2 recordings carry a severe quality flag: do not trust their counts",
                "2 of 6 recordings could not be analysed and are left out of the counts and rates.",
                "2 files may not have been fully recorded or copied yet and were left out",
            ),
        ),
    ],
)
def test_cautions_speak_of_one_and_of_many(n: int, sentences: tuple[str, ...]) -> None:
    severe = cohort_row(receipt_of()) | {"severe_flags": "too_dark"}
    rows = [severe, cohort_row(failed("/v/x.mp4")), cohort_row(failed("/v/y.mp4", "growing"))] * n
    cautions = study_numbers(rows).cautions
    for sentence in sentences:
        assert any(caution.startswith(sentence) for caution in cautions)


def test_the_page_says_that_no_review_is_counted(receipts: list[Receipt]) -> None:
    page = render_study([cohort_row(receipt) for receipt in receipts])
    assert "no review is counted on this page" in page
    assert "not reviewed" not in page


def test_each_recording_leads_to_its_report() -> None:
    receipt = receipt_of("/v/Nächte.mp4")
    page = render_study([cohort_row(one) for one in (receipt, failed("/v/x.mp4"))])
    assert f'<a href="recordings/{quote(receipt.source.id)}/report.html">{receipt.source.id}</a>' in page
    assert page.count("report.html") == 1


def test_recordings_too_short_for_a_rate_leave_no_empty_panel() -> None:
    rows = [cohort_row(receipt_of(f"/v/{n}.mp4", hours=0.1, age_weeks=n, subject="01")) for n in (2, 4)]
    for some in (rows, [in_review(rows[0], confirmed=24, refused=0), rows[1]]):
        figure = draw_study(study_numbers(some))["ages"]
        assert "jerks per quiet hour" not in figure.drawing.svg
        assert "longest episode (s)" in figure.drawing.svg
        assert "No recording here has a rate" in figure.caption


@pytest.mark.parametrize("n_subjects", [0, 1, 40])
def test_the_page_stands_with_few_and_many(n_subjects: int) -> None:
    rows = [cohort_row(receipt) for receipt in fading_study(n_subjects, 2)]
    page = render_study(rows)
    assert "Study report" in page
    assert len(page) < 2_000_000


def test_an_empty_study_has_tables_and_a_page(tmp_path: Path) -> None:
    (tmp_path / "receipts").mkdir()
    assert write_study(tmp_path) == []
    assert (tmp_path / "study.html").is_file()
    with pytest.raises(ResultError, match="is not a study"):
        write_study(tmp_path / "nothing")


def test_events_of_a_recording_without_any_are_no_rows(tmp_path: Path) -> None:
    quiet = receipt_of("/v/quiet.mp4", n_jerks=0)
    folder = tmp_path / "recordings" / quiet.source.id
    folder.mkdir(parents=True)
    write_events(replace(make_result(0, 0.5), movements=()), folder / "events.tsv", folder / "events.json")
    write_tables([quiet], tmp_path)
    with duckdb.connect(":memory:") as database:
        found = database.execute("SELECT count(*) FROM read_parquet(?)", [str(tmp_path / "events.parquet")])
        assert found.fetchone() == (0,)


def test_keys_do_not_tell_the_name() -> None:
    assert "anna" not in source_of("/v/anna.mp4").key


def test_counts_are_told_whole() -> None:
    row = cohort_row(receipt_of(n_jerks=24)) | {"jerks": 1234, "clusters": 17, "episodes": 3}
    labels = [column.label for column in recordings_table([row]).columns]
    (cells,) = recordings_table([row]).rows
    told = dict(zip(labels, cells, strict=True))
    assert (told["Jerks"], told["Clusters"], told["Episodes"]) == ("1,234", "17", "3")


def test_what_alone_differs_lies_far_from_the_others() -> None:
    """Frame rates are alike in most studies: half of them do not differ from the median at all."""
    rows = [cohort_row(receipt_of(f"/videos/{k:02d}.mp4")) for k in range(12)]
    rows[5]["fps"] = 50.0
    assert [row[:2] for row in outliers_table(rows).rows] == [(rows[5]["id"], "frame rate (Hz)")]


def test_subjects_without_a_result_are_shown_and_not_said_to_have_one() -> None:
    good, other = (cohort_row(receipt_of(f"/{name}.mp4", subject="01", age_weeks=4.0)) for name in "ac")
    lost = [
        cohort_row(failed(f"/{name}.mp4", subject=subject)) | {"age_weeks": 12.5}
        for name, subject in (("b", "02"), ("d", "01"))
    ]
    study = study_numbers([good, other, *lost])
    assert "in 2 recordings of 1 subject;" in study.headline
    assert ("Subjects", "2", "1 of them without a result") in study.cards
    first, second = study.subjects_table.rows
    assert first[:3] == ("01", "2 of 3", "4.00")
    assert second == ("02", "0 of 1", "12.5", "n/a", "No recording has a result."), "absent, not zero"
    (whole,) = study_numbers([good, other]).subjects_table.rows
    assert whole[1] == "2"


def test_a_study_without_any_result_shows_its_subjects() -> None:
    study = study_numbers([cohort_row(failed("/b.mp4", subject="02"))])
    assert [row[0] for row in study.subjects_table.rows] == ["02"]
    assert ("Subjects", "1", "1 of them without a result") in study.cards
    assert "No recording has a result." in render_study([cohort_row(failed("/b.mp4", subject="02"))])


@pytest.mark.parametrize(("n_late", "words"), [
    (0, ""), (1, " 1 recording with jerks is beyond the usual age range, discuss with a paediatrician."),
    (2, " 2 recordings with jerks are beyond the usual age range, discuss with a paediatrician."),
])  # fmt: skip
def test_jerks_beyond_the_usual_age_are_told_beside_the_ages(n_late: int, words: str) -> None:
    ages = [4.0] * 3 + [30.0] * n_late
    rows = [cohort_row(receipt_of(f"/{n}.mp4", age_weeks=age)) for n, age in enumerate(ages)]
    study = study_numbers(rows)
    assert study.facts.endswith(f"recordings with an age.{words}")
    assert {label: detail for label, _, detail in study.cards}["Analysed"] == "of the claimed time"
    others = study_numbers([in_review(row, confirmed=24, refused=0) for row in rows[:3]] + rows[3:])
    assert others.facts.endswith(words)
    all_of_them = study_numbers([in_review(row, confirmed=24, refused=0) for row in rows])
    assert all_of_them.facts.endswith(words.replace("jerks", "jerks left after review"))


def test_ages_are_told_to_a_tenth_of_a_week() -> None:
    """Two digits made 12 of 12.5, which the table of subjects beside it tells."""
    rows = [cohort_row(receipt_of(f"/{age}.mp4", age_weeks=age)) for age in (12.5, 20.25)]
    assert study_numbers(rows).facts.startswith("Age at recording: 12.5 to 20.2 weeks,")
