"""Decisions of a person beside a result: the last line about a jerk counts, and the page says how far they got."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from detector.errors import ResultError
from detector.records.review import Review
from detector.report.catalogue import catalogue
from detector.report.options import study_code
from detector.report.pages.front import ribbon
from detector.results.decision_file import read_decisions
from detector.results.decisions import DECISIONS, decided, read_review
from detector.results.decisions import add_decisions as add
from tests.unit.report.results import clip, night

HEAD = "id\tdecision\tby\tat\n"


def review_of(folder, text):
    (folder / DECISIONS).write_text(text, "utf-8")
    return read_review(folder, clip())


def line(name, said, by="ab"):
    return f"{name}\t{said}\t{by}\t2026-03-29T10:00:00+01:00\n"


def test_no_file_is_no_review(tmp_path):
    (tmp_path / "summary.json").write_text("{}")
    assert read_review(tmp_path, clip()) == Review()
    assert review_of(tmp_path, HEAD) == Review()


def test_a_folder_without_a_result_or_with_that_of_another_video_is_refused(tmp_path):
    with pytest.raises(ResultError, match="holds no result"):
        read_review(tmp_path / "nowhere", clip())
    summary = clip().summary() | {"input": {"sha256": "cd" * 32}}
    (tmp_path / "summary.json").write_text(json.dumps(summary))
    with pytest.raises(ResultError, match="another video"):
        read_review(str(tmp_path), clip())


def test_what_persons_differ_on_is_told_and_the_last_added_counts(tmp_path):
    both = [
        line("jerk-0001", "confirmed", "ab"), line("jerk-0001", "rejected", "cd"),  # they differ
        line("jerk-0002", "rejected", "ab"), line("jerk-0002", "confirmed", "ab"),  # one changed their mind
        line("jerk-0003", "rejected", "cd"), line("jerk-0003", "rejected", "ab"),  # they agree
        line("jerk-0004", "rejected", "cd"), line("jerk-0004", "confirmed", "ab"), line("jerk-0004", "withdrawn", "cd"),
    ]  # fmt: skip
    review = review_of(tmp_path, HEAD + "".join(both))
    assert review.disputed == ("jerk-0001",)
    assert review.refused == ("jerk-0001", "jerk-0003")
    assert "Reviewers disagree on 1 movement" in ribbon(clip(), review, catalogue()).words


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x0c", "\x1c"])
def test_a_line_ends_at_a_line_feed_alone(tmp_path, mark):
    note = HEAD.replace("at\n", "at\tnote\n") + line("jerk-0001", "rejected")[:-1] + f"\tone{mark}two\r\n"
    assert review_of(tmp_path, note + line("jerk-0002", "rejected")).refused == ("jerk-0001", "jerk-0002")


def test_the_last_line_about_a_jerk_counts(tmp_path):
    lines = [
        ("jerk-0001", "confirmed"),
        ("jerk-0002", "confirmed"),
        ("jerk-0001", "rejected"),
        ("jerk-9999", "rejected"),
    ]
    assert review_of(tmp_path, HEAD + "".join(line(*one) for one in lines)) == Review(
        ("jerk-0002",), ("jerk-0001",), lost=1
    )


def test_a_confirmed_refusal_is_named_and_not_counted_as_a_jerk(tmp_path):
    result = night()
    other = next(movement for movement in result.movements if movement.kind == "rejected")
    lines = [(other.id, "confirmed"), ("rejected-0002", "rejected"), (result.jerks[0].id, "confirmed")]
    (tmp_path / DECISIONS).write_text(HEAD + "".join(line(*one) for one in lines), "utf-8")
    review = read_review(tmp_path, result)
    assert review == Review((result.jerks[0].id,), added=(other.id,), dismissed=("rejected-0002",))
    said = ribbon(result, review, catalogue("en"))
    assert said.state == "part"
    assert said.words.endswith(" only the reviewer's count includes it.")
    by_onset = f"onset_s\tid\tdecision\tby\tat\n{other.onset_s:.4f}\tn/a\tconfirmed\tx\tn/a\n"
    (tmp_path / DECISIONS).write_text(by_onset, "utf-8")
    assert read_review(tmp_path, result) == Review(added=(other.id,))


def test_of_two_that_begin_at_once_the_one_that_is_named_is_meant(tmp_path):
    result = night()
    other = next(movement for movement in result.movements if movement.kind == "rejected")
    jerk = result.jerks[0]
    at_once = tuple(
        replace(movement, onset_s=jerk.onset_s + 0.001) if movement is other else movement
        for movement in result.movements
    )
    result = replace(result, movements=at_once)
    head = "id\tonset_s\tdecision\tby\tat\n"
    added = Review(added=(other.id,))
    for name, review in ((other.id, added), (jerk.id, Review((jerk.id,))), ("rejected-9999", added)):
        (tmp_path / DECISIONS).write_text(f"{head}{name}\t{jerk.onset_s:.3f}\tconfirmed\tx\tn/a\n", "utf-8")
        assert read_review(tmp_path, result) == review


def test_a_decision_on_what_is_not_there_is_told():
    said = ribbon(night(), Review(("jerk-0001",), lost=2), catalogue("en"))
    assert "2 decisions in decisions.tsv match no movement of this result" in said.words


def test_an_onset_stands_above_the_id(tmp_path):
    onset_s = clip().jerks[2].onset_s
    text = "onset_s\tid\tdecision\tby\tat\n"
    text += f"{onset_s + 0.001:.4f}\tjerk-0001\tconfirmed\tx\tn/a\n{onset_s + 0.1:.4f}\tjerk-0002\tconfirmed\tx\tn/a\n"
    text += "n/a\tjerk-0003\trejected\tx\tn/a\n"
    assert review_of(tmp_path, text) == Review((), ("jerk-0003",), lost=1), "jerk-0003 by its onset, then by its id"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id\tdecision\tat\n", "lacks the column 'by'"),
        (HEAD + line("jerk-0001", "confirmed") + line("jerk-0002", "maybe"), "line 3: the decision 'maybe' is not one"),
        (HEAD + "jerk-0001\n", "line 2: the decision '' is not one of"),
        ("onset_s\t" + HEAD + "nan\t" + line("jerk-0001", "confirmed"), "the onset 'nan' is not a number"),
        ("onset_s\t" + HEAD + "1_0\t" + line("jerk-0001", "confirmed"), "the onset '1_0' is not a number"),
        ("id,decision,by,at\n", "lacks the column 'id'. Its first line must name id, decision, by, at, with tabs"),
        ("onset_s\t" + HEAD + "soon\t" + line("jerk-0001", "confirmed"), "the onset 'soon' is not a number"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(tmp_path, text, words):
    with pytest.raises(ResultError, match=re.escape(words)):
        review_of(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("decision\tonset_s\tid\tby\tat\nconfirmed\t1.641\n", None),
     (f"{HEAD}jerk-0001\tconfirmed\t{'a' * 140_000}\tn/a\n", "decisions.tsv, line 2: cannot be read")],
    ids=["a short line", "a cell without end"],
)  # fmt: skip
def test_odd_lines_are_told_or_lost_and_never_a_fault(tmp_path, text, words):
    if words is None:
        assert review_of(tmp_path, text).lost == 1
        return
    with pytest.raises(ResultError, match=words):
        review_of(tmp_path, text)


SAVED = "id\tonset_s\tdecision\tby\tat\trecording\n"
OURS = study_code(clip().recording.sha256)


def add_decisions(folder, result, files):
    return add(folder, result, [decision for file in files for decision in read_decisions(file)])


def saved(folder, *lines, name="saved.tsv", recording=OURS):
    """Return a file as a report saves it: jerk, decision, who, minute."""
    onsets = {jerk.id: jerk.onset_s for jerk in clip().jerks}
    text = "".join(
        f"{jerk}\t{onsets[jerk]:.4f}\t{said}\t{by}\t2026-03-29T10:{minute:02d}:00+01:00\t{recording}\n"
        for jerk, said, by, minute in lines
    )
    (folder / name).write_text(SAVED + text, "utf-8")
    return folder / name


def test_saved_decisions_are_added_once(tmp_path):
    file = saved(tmp_path, ("jerk-0001", "confirmed", "ab", 0), ("jerk-0002", "rejected", "ab", 1))
    assert add_decisions(tmp_path, clip(), [file]) == 2
    assert (tmp_path / DECISIONS).read_text("utf-8") == file.read_text("utf-8")
    assert add_decisions(tmp_path, clip(), [file, file]) == 0
    assert read_review(tmp_path, clip()) == Review(("jerk-0001",), ("jerk-0002",))


def test_what_a_person_decided_since_is_not_undone_by_an_earlier_file(tmp_path):
    early = saved(tmp_path, ("jerk-0001", "confirmed", "ab", 0), ("jerk-0002", "confirmed", "ab", 1), name="early.tsv")
    late = saved(tmp_path, ("jerk-0001", "rejected", "ab", 5), name="late.tsv")
    other = saved(tmp_path, ("jerk-0001", "confirmed", "cd", 0), name="other.tsv")
    assert add_decisions(tmp_path, clip(), [late]) == 1
    assert add_decisions(tmp_path, clip(), [early]) == 1
    assert read_review(tmp_path, clip()) == Review(("jerk-0002",), ("jerk-0001",))
    assert add_decisions(tmp_path, clip(), [other]) == 1
    assert read_review(tmp_path, clip()).confirmed == ("jerk-0001", "jerk-0002"), "another person, added later"


def test_a_movement_is_the_same_however_it_is_named_and_of_one_time_the_last_line_counts(tmp_path):
    first = clip().jerks[0]
    (tmp_path / DECISIONS).write_text(
        f"id\tonset_s\tdecision\tby\tat\nn/a\t{first.onset_s:.3f}\trejected\tab\t2026-03-29T12:00:00+01:00\n"
        "jerk-0002\tn/a\tRejected \tab\t2026-03-29T12:00:00+01:00\n\t\t\t\t\n", "utf-8"
    )  # fmt: skip
    older = saved(tmp_path, ("jerk-0001", "confirmed", "ab", 0), ("jerk-0002", "confirmed", "ab", 0))
    assert add_decisions(tmp_path, clip(), [older]) == 0
    at_once = saved(tmp_path, ("jerk-0003", "confirmed", "ab", 0), ("jerk-0003", "rejected", "ab", 0))
    assert add_decisions(tmp_path, clip(), [at_once, at_once]) == 2
    assert read_review(tmp_path, clip()) == Review((), ("jerk-0001", "jerk-0002", "jerk-0003"))


def test_what_is_withdrawn_is_open_again(tmp_path):
    first = saved(tmp_path, ("jerk-0001", "confirmed", "ab", 0), ("jerk-0002", "rejected", "ab", 1), name="first.tsv")
    then = saved(tmp_path, ("jerk-0001", "withdrawn", "ab", 5), name="then.tsv")
    assert add_decisions(tmp_path, clip(), [first, then]) == 3
    review = read_review(tmp_path, clip())
    assert review == Review((), ("jerk-0002",))
    assert review.at == (("jerk-0002", "2026-03-29T10:01:00+01:00"),)
    assert decided(tmp_path, clip()) == {"jerk-0002": False}
    assert add_decisions(tmp_path, clip(), [first]) == 0


def test_lines_that_are_there_stay_as_they_are_and_columns_are_added(tmp_path):
    hand_made = "at\tby\tid\tdecision\tnote\nn/a\tab\tjerk-0003\tconfirmed\tsurely\n"
    (tmp_path / DECISIONS).write_text(hand_made.rstrip("\n"), "utf-8")
    assert add_decisions(tmp_path, clip(), [saved(tmp_path, ("jerk-0001", "rejected", "cd", 0))]) == 1
    head, first, second, end = (tmp_path / DECISIONS).read_text("utf-8").split("\n")
    assert head == "at\tby\tid\tdecision\tnote\tonset_s\trecording"
    assert first == "n/a\tab\tjerk-0003\tconfirmed\tsurely"
    assert second.split("\t")[2:5] == ["jerk-0001", "rejected", "n/a"]
    assert end == ""
    assert read_review(tmp_path, clip()) == Review(("jerk-0003",), ("jerk-0001",))


@pytest.mark.parametrize(
    ("own", "bad", "words"),
    [
        ("", SAVED + "jerk-0001\t1.0\tconfirmed\tab\tn/a\tZZZZ-0000\n", "is about recording ZZZZ-0000, but"),
        ("", None, "bad.tsv: there is no such file. Check the spelling and the folder"),
        (HEAD + line("jerk-0001", "perhaps"), SAVED, "line 2: the decision 'perhaps'"),
        ("", SAVED + "\t\tconfirmed\tab\tn/a\t\n", "line 2: it names no movement"),
    ],
    ids=["another video", "no file", "damaged before", "of nothing"],
)  # fmt: skip
def test_nothing_is_added_where_something_is_wrong(tmp_path, own, bad, words):
    if own:
        (tmp_path / DECISIONS).write_text(own, "utf-8")
    if bad is not None:
        (tmp_path / "bad.tsv").write_text(bad, "utf-8")
    good = saved(tmp_path, ("jerk-0001", "confirmed", "ab", 0))
    with pytest.raises(ResultError, match=re.escape(words)):
        add_decisions(tmp_path, clip(), [good, tmp_path / "bad.tsv"])
    assert [path.read_text("utf-8") for path in tmp_path.glob(DECISIONS)] == [own] * bool(own)
