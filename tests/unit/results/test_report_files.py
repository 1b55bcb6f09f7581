"""One sample from video to clips, report, PDF and a de-identified set, in which no name of the original is left."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from av.codec.codec import UnknownCodecError

from detector.cli.main import main
from detector.config import Region, RegionSettings, Settings
from detector.errors import RecordingError, ResultError, SettingsError
from detector.exports.stored_zones import StoredZones
from detector.exports.summary_json import summary_text
from detector.records.events import Kind
from detector.records.file_names import FILES, WANTED
from detector.report.options import ReportOptions, study_code
from detector.report.render import render_report
from detector.resources import sample_path
from detector.results import clips as clip_room
from detector.results import regions_page, swap
from detector.results.atomic import write_file
from detector.results.clip_folder import kept_clips, read_clips
from detector.results.clips import ClipChoice, fresh_clips, make_clips, remove_clips
from detector.results.decisions import DECISIONS
from detector.results.drift import drift_flags, reference_of
from detector.results.load import load_result
from detector.results.recording import analyze_into
from detector.results.region_file import RegionFile
from detector.results.report import ReportRequest, write_reports
from detector.results.taking_in import take_in_decisions
from detector.results.wanted import kept_options
from detector.video.container import open_file
from detector.video.stills import still_picture
from tests.faults.make_faults import number_of, write_film

if TYPE_CHECKING:
    from pathlib import Path

NAME = "Anna-Beispiel"
WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
REGIONS = RegionSettings(named=(Region(name="annas_corner", points=WHOLE),))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("study")
    video = place / f"{NAME}.mp4"
    shutil.copy(sample_path("trains"), video)
    with open_file(video, Settings().video) as opened:
        still = still_picture(opened, 1.0, start_s=0.0)
    given = RegionFile(REGIONS, reference_of(still))
    choice = ClipChoice(3, pixelate=("annas_corner",))
    outcome = analyze_into(video, place / "results", settings=Settings(), clips=choice, regions=given)
    return video, outcome, still


def test_clips_and_report_lie_in_the_result_folder(made):
    _, outcome, _ = made
    folder = outcome.folder
    index = json.loads((folder / "clips" / "clips.json").read_text("utf-8"))
    assert len(index["clips"]) == 3
    times = outcome.result.signal.picture.time_s
    for clip in index["clips"]:
        assert (folder / "clips" / clip["file"]).stat().st_size > 0
        assert np.abs(times[None, :] - np.array(clip["times_s"])[:, None]).min(axis=1).max() < 1e-9
        assert clip["pixelated"]
    html = (folder / "report.html").read_text("utf-8")
    assert html.count('class="player"') == 3
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []
    assert not list(folder.parent.glob(".*"))


def test_stored_result_gives_the_same_summary_without_the_video(made):
    _, outcome, _ = made
    again = load_result(outcome.folder)
    assert summary_text(again) == summary_text(outcome.result)
    assert {jerk.site for jerk in again.jerks} == {"annas_corner"}
    assert len(read_clips(outcome.folder, again).clips) == 3


def test_a_clip_of_what_was_refused_shows_the_jerk_that_it_has_become_and_not_the_other_way_round(made, tmp_path):
    _, outcome, _ = made
    folder, index = tmp_path / "result", tmp_path / "result" / "clips" / "clips.json"
    shutil.copytree(outcome.folder / "clips", folder / "clips")
    listed = json.loads(index.read_text("utf-8"))
    first, second, third = (entry["onset_s"] for entry in listed["clips"])
    listed["clips"][0]["choice"] = listed["clips"][1]["choice"] = "refused"
    index.write_text(json.dumps(listed), "utf-8")
    refused = dict.fromkeys((second, third), "rejected")
    movements = tuple(
        replace(one, kind=Kind(refused.get(one.onset_s, one.kind)), id=f"of-{one.onset_s}")
        for one in outcome.result.jerks
    )
    found = read_clips(folder, replace(outcome.result, movements=movements)).clips
    assert [clip.movement for clip in found] == [f"of-{first}", f"of-{second}"], "the third was a jerk"


def test_the_ribbon_says_what_was_decided_and_a_new_run_keeps_it(made):
    video, outcome, _ = made
    page, decisions = outcome.folder / "report.html", outcome.folder / DECISIONS
    lines = [
        f"{jerk.id}\t{said}\tab\tn/a\n"
        for jerk, said in zip(outcome.result.jerks, ("confirmed", "rejected"), strict=False)
    ]
    decisions.write_text("id\tdecision\tby\tat\n" + "".join(lines), "utf-8")
    words = f"1 confirmed, 1 rejected, {len(outcome.result.jerks) - 2} not yet reviewed."
    write_reports(outcome.folder, ReportRequest(ReportOptions()))
    assert words in page.read_text("utf-8")
    theirs = json.loads((outcome.folder / "reviewed" / "summary.json").read_text("utf-8"))
    assert theirs["counts"]["jerk"] == len(outcome.result.jerks) - 1
    assert theirs["rejected_by_reason"]["reviewer"] == 1
    assert theirs["review"] == {"confirmed": 1, "refused": 1, "added": 0, "dismissed": 0}
    page.unlink()
    again = analyze_into(video, outcome.folder.parent, settings=Settings(regions=REGIONS))
    assert again.folder == outcome.folder
    assert words in page.read_text("utf-8")
    decisions.write_text("torn", "utf-8")
    with pytest.raises(ResultError, match="lacks the column 'id'"):
        write_reports(outcome.folder, ReportRequest(ReportOptions()))
    assert analyze_into(video, outcome.folder.parent, settings=Settings(regions=REGIONS)).reused
    assert "cannot be read: sleepjerk report" in page.read_text("utf-8"), "and nobody is said not to have looked"
    assert decisions.read_text("utf-8") == "torn"
    decisions.unlink()


def test_in_a_folder_of_results_each_decision_finds_its_own(made, tmp_path):
    _, outcome, _ = made
    study = tmp_path / "study" / "recordings"
    for name in ("one", "two"):
        shutil.copytree(outcome.folder, study / name)
        (study / name / DECISIONS).unlink(missing_ok=True)
        shutil.copytree(outcome.folder, study / name / "reviewed", dirs_exist_ok=True)
        (study / name / "reviewed" / "signal.parquet").unlink()
    jerk, code = outcome.result.jerks[0], study_code(outcome.result.recording.sha256)
    head = "id\tonset_s\tdecision\tby\tat\trecording\n"
    file = tmp_path / "saved.tsv"
    file.write_text(f"{head}{jerk.id}\t{jerk.onset_s:.4f}\tconfirmed\tab\tn/a\t{code}\n", "utf-8")
    taken = list(take_in_decisions(tmp_path / "study", [file, file]))
    assert [(one.folder.name, one.new, one.review.confirmed) for one in taken] == [
        ("one", 1, (jerk.id,)), ("two", 1, (jerk.id,))]  # fmt: skip
    for about, words in (
        ("ZZZZ-0000", "about recording ZZZZ-0000, of which"),
        ("n/a", "a recording that it does not name"),
    ):
        file.write_text(f"{head}{jerk.id}\tn/a\trejected\tab\tn/a\t{about}\n", "utf-8")
        with pytest.raises(ResultError, match=words):
            list(take_in_decisions(tmp_path / "study", [file]))
    (tmp_path / "empty").mkdir()
    for place, words in (("empty", "there is no result in it"), ("nowhere", "there is no such folder")):
        with pytest.raises(ResultError, match=words):
            list(take_in_decisions(tmp_path / place, [file]))


def test_later_runs_make_the_report_as_it_was_wanted(made):
    video, outcome, _ = made
    folder = outcome.folder
    page = folder / "report.html"
    start = datetime.fromisoformat("2026-03-29T00:30+01:00")
    write_reports(folder, ReportRequest(ReportOptions("de", show_names=True, start=start)))
    wanted = page.read_text("utf-8")
    assert 'lang="de"' in wanted
    assert "2026-03-29 00:30" in wanted
    for again in (lambda: analyze_into(video, folder.parent, settings=Settings(regions=REGIONS)),
                  lambda: make_clips(folder, video, ClipChoice(3, ("annas_corner",)))):  # fmt: skip
        page.unlink()
        again()
        assert page.read_text("utf-8") == wanted
    for damage in ("{", '{"language": "xx", "code": "", "show_names": true, "start": ""}', 5000 * "["):
        (folder / WANTED).write_text(damage)
        assert kept_options(folder) == ReportOptions()
    write_reports(folder, ReportRequest(ReportOptions()))
    assert not (folder / WANTED).exists()


def test_regions_fit_until_the_camera_moves(made):
    video, outcome, still = made
    assert [flag.code for flag in outcome.result.recording.flags] == []
    moved = cv2.warpAffine(
        still, np.float32([[1, 0, 60], [0, 1, 10]]), still.shape[1::-1], borderMode=cv2.BORDER_REFLECT
    )
    (flag,) = drift_flags(reference_of(moved), video, outcome.result)
    assert (flag.code, flag.severity) == ("regions_moved", "warning")
    assert flag.value == pytest.approx(np.hypot(60, 10) / still.shape[1], abs=0.025)
    other = np.random.default_rng(1).integers(0, 255, still.shape, dtype=np.uint8)
    (flag,) = drift_flags(reference_of(other), video, outcome.result)
    assert "does not match the one" in flag.message
    (flag,) = drift_flags(reference_of(still[:, :200]), video, outcome.result)
    assert flag.severity == "severe"


@pytest.mark.filterwarnings("error")
def test_a_reference_without_edges_is_like_nothing(made):
    video, outcome, still = made
    (flag,) = drift_flags(reference_of(np.zeros_like(still)), video, outcome.result)
    assert (flag.code, flag.value) == ("regions_moved", 0.0)
    assert "does not match the one" in flag.message


def test_no_regions_are_drawn_on_a_black_picture(made, tmp_path, monkeypatch):
    monkeypatch.setattr(regions_page, "still_picture", lambda *_, **__: np.zeros((90, 160, 3), np.uint8))
    with pytest.raises(ResultError, match=r"at 0 s shows nothing .* Choose another time with --at"):
        regions_page.write_regions_page(made[0], tmp_path / "draw.html", at_s=0.0, language="en")
    assert not (tmp_path / "draw.html").exists()


def test_regions_are_drawn_on_a_stream_without_time_stamps(tmp_path):
    film = write_film(tmp_path / "raw.h264", 60, container="h264")
    regions_page.write_regions_page(film, tmp_path / "draw.html", at_s=1.0, language="en")
    (still,) = re.findall(r"data:image/jpeg;base64,([^\"]+)", (tmp_path / "draw.html").read_text("utf-8"))
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(still), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert number_of(shown) == 25
    with pytest.raises(RecordingError, match="no picture at 99"):
        regions_page.write_regions_page(film, tmp_path / "late.html", at_s=99.0, language="en")


def test_clips_are_made_later_from_the_right_video_only(made, tmp_path):
    video, outcome, _ = made
    folder = tmp_path / "copy"
    shutil.copytree(outcome.folder, folder)
    assert make_clips(folder, video, ClipChoice(2)) == 2
    assert (folder / "report.html").read_text("utf-8").count('class="player"') == 2
    with pytest.raises(ResultError, match="not the video"):
        make_clips(folder, sample_path("isolated"), ClipChoice(2))
    with pytest.raises(ResultError, match="annas_corner"):
        make_clips(folder, video, ClipChoice(2, pixelate=("face",)))


def test_what_was_made_coarse_stays_so_until_it_is_asked_for_otherwise(made, tmp_path):
    video, outcome, _ = made
    folder = tmp_path / "copy"
    shutil.copytree(outcome.folder, folder)

    def coarse():
        return {clip.pixelated for clip in read_clips(folder, load_result(folder)).clips}

    make_clips(folder, video, ClipChoice(1, pixelate=("annas_corner",)))
    assert coarse() == {True}
    make_clips(folder, video, ClipChoice(2))
    assert coarse() == {True}
    make_clips(folder, video, ClipChoice(2, pixelate=()))
    assert coarse() == {False}


def test_clips_that_cannot_be_as_coarse_as_before_are_not_made_anew(made, tmp_path):
    video, outcome, _ = made
    folder = tmp_path / outcome.folder.name
    shutil.copytree(outcome.folder, folder)
    make_clips(folder, video, ClipChoice(1, pixelate=("annas_corner",)))
    written = analyze_into(video, tmp_path, clips=2)  # without the regions
    assert "no_clips" in {flag.code for flag in written.result.recording.flags}
    assert {clip.pixelated for clip in read_clips(folder, written.result).clips} == {True}


def test_coarse_clips_of_an_earlier_version_are_not_shown_unasked(made, tmp_path):
    video, outcome, _ = made
    folder = tmp_path / "copy"
    shutil.copytree(outcome.folder, folder)
    make_clips(folder, video, ClipChoice(1, pixelate=("annas_corner",)))
    listed = json.loads((folder / "clips" / "clips.json").read_text("utf-8"))
    del listed["pixelate"]
    (folder / "clips" / "clips.json").write_text(json.dumps(listed), "utf-8")
    with pytest.raises(ResultError, match="Name them with --pixelate"):
        make_clips(folder, video, ClipChoice(1))
    assert make_clips(folder, video, ClipChoice(1, pixelate=())) == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"clips": 3}', '{"clips": [{}]}', ""])
def test_clips_whose_list_is_damaged_are_not_shown_unasked(made, tmp_path, text):
    video, outcome, _ = made
    folder = tmp_path / "copy"
    shutil.copytree(outcome.folder, folder)
    make_clips(folder, video, ClipChoice(1, pixelate=("annas_corner",)))
    (folder / "clips" / "clips.json").write_text(text, "utf-8")
    with pytest.raises(ResultError, match=r"damaged, so it is not known which regions .* Name them with --pixelate"):
        make_clips(folder, video, ClipChoice(1))
    assert make_clips(folder, video, ClipChoice(1, pixelate=("annas_corner",))) == 1


def test_clips_are_removed_with_their_pictures_in_the_report(made, tmp_path):
    video, outcome, _ = made
    folder = tmp_path / "copy"
    shutil.copytree(outcome.folder, folder)
    make_clips(folder, video, ClipChoice(2))
    (folder / "clips" / "own.mp4").write_bytes(b"mine")
    assert kept_clips(folder) == 2
    assert remove_clips(folder) == 2
    assert [path.name for path in (folder / "clips").iterdir()] == ["own.mp4"]
    assert kept_clips(folder) == 0
    assert "data:image/jpeg" not in (folder / "report.html").read_text("utf-8")
    assert load_result(folder).jerks == outcome.result.jerks


def test_near_misses_have_clips_where_nothing_was_counted(tmp_path):
    settings = Settings().with_assignments(["jerks.min_confidence=1"])
    written = analyze_into(sample_path("isolated"), tmp_path, settings=settings, clips=12)
    assert not written.result.jerks
    assert kept_clips(written.folder) == 3
    assert (written.folder / "report.html").read_text("utf-8").count('class="player"') == 3


@pytest.mark.parametrize("clips", [-1, True, 2.5, "all"])
def test_a_number_of_clips_that_is_none_is_refused(clips, tmp_path):
    with pytest.raises(SettingsError, match=r"a whole number of clips, 0 or more, is needed"):
        analyze_into(sample_path("isolated"), tmp_path, clips=clips)


def test_clips_of_a_killed_run_come_into_no_other_folder(made, tmp_path, monkeypatch):
    video, outcome, _ = made
    folder, other = tmp_path / "night", tmp_path / "night-clips"
    shutil.copytree(outcome.folder, folder)
    shutil.copytree(outcome.folder, other, ignore=shutil.ignore_patterns("clips"))
    result = replace(outcome.result, recording=replace(outcome.result.recording, id="night"))
    with monkeypatch.context() as killed:
        killed.setattr(shutil, "rmtree", lambda *_, **__: None)
        with fresh_clips(result, video, ClipChoice(1), tmp_path):
            pass
    monkeypatch.setattr(swap, "alive", lambda _: False)
    swap.sweep(tmp_path, frozenset(FILES))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["night", "night-clips"]
    assert not (other / "clips").exists()


def test_what_a_user_keeps_beside_the_clips_stays(made, tmp_path):
    video, outcome, _ = made
    folder = tmp_path / "copy"
    shutil.copytree(outcome.folder, folder)
    (folder / "clips" / "own.mp4").write_bytes(b"mine")
    (folder / "clips" / "notes").mkdir()
    (folder / "clips" / "notes" / "a.txt").write_text("mine")
    assert make_clips(folder, video, ClipChoice(1)) == 1
    assert (folder / "clips" / "own.mp4").read_bytes() == b"mine"
    assert (folder / "clips" / "notes" / "a.txt").read_text() == "mine"
    assert len(list((folder / "clips").glob("jerk-*.mp4"))) == 1


def test_a_video_in_a_folder_called_clips_is_not_lost(tmp_path):
    video = tmp_path / "m" / "clips" / "m.mp4"
    video.parent.mkdir(parents=True)
    shutil.copy(sample_path("isolated"), video)
    analyze_into(video, tmp_path, settings=Settings(), clips=ClipChoice(1))
    assert video.read_bytes() == sample_path("isolated").read_bytes()


def test_damaged_list_of_clips_is_named(made, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(made[1].folder, folder)
    index = folder / "clips" / "clips.json"
    endless = index.read_text().replace('"end_s": ', '"end_s": 1e999, "old": ')
    unknown = index.read_text().replace('"choice": "', '"choice": "un')
    for text in ('{"clips": [{}]}', 5000 * "[", endless, unknown):
        index.write_text(text)
        with pytest.raises(ResultError, match="list of clips is damaged"):
            read_clips(folder, made[1].result)


def texts_of(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix != ".pdf":
        return data.decode("utf-8", "replace")
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(data))
    return data.decode("latin-1") + " ".join(page.extract_text() for page in reader.pages) + str(reader.metadata)


def test_nothing_of_the_original_is_left_in_a_deidentified_set(made, tmp_path):
    pytest.importorskip("typst")
    video, outcome, _ = made
    start = datetime.fromisoformat("2026-03-29T00:30+01:00")
    options = ReportOptions(start=start, language="de")
    out = tmp_path / "out"
    written = write_reports(outcome.folder, ReportRequest(options, pdf=True, deidentify=True, out=out))
    assert {path.name for path in written} == {"report.html", "report.pdf", "events.tsv", "events.json", "summary.json"}
    assert {path.name for path in out.iterdir()} == {path.name for path in written}
    recording = outcome.result.recording
    secrets = [
        NAME, "Anna", "annas_corner", "annas corner", video.name, str(video.parent), recording.sha256,
        str(recording.size_bytes), "2026-03", "29.03.2026",
    ]  # fmt: skip
    for path in written:
        text = texts_of(path)
        assert [secret for secret in secrets if secret.lower() in text.lower()] == [], path.name
        assert "image/jpeg" not in text
    assert "region_1" in (out / "events.tsv").read_text("utf-8")
    assert "Datum verschoben" in (out / "report.html").read_text("utf-8")
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["counts"] == outcome.result.summary()["counts"]


def test_report_is_written_again_in_another_language(made, tmp_path):
    _, outcome, _ = made
    (page,) = write_reports(outcome.folder, ReportRequest(ReportOptions(language="de"), out=tmp_path / "de"))
    html = page.read_text("utf-8")
    assert "Nicht geprüft" in html
    assert 'class="player"' not in html, "the clips do not lie beside this page"
    assert "Die Ausschnitte liegen beim Bericht im Ergebnisordner" in html


def test_the_page_to_draw_on_never_takes_the_place_of_a_video(tmp_path):
    video = tmp_path / "a.mp4"
    shutil.copy(sample_path("isolated"), video)
    with pytest.raises(ResultError, match="is an HTML file"):
        regions_page.write_regions_page(video, video, at_s=0.0, language="en")
    assert video.read_bytes() == sample_path("isolated").read_bytes()


def test_page_to_draw_on_is_complete_in_itself(made, tmp_path):
    regions_page.write_regions_page(made[0], tmp_path / "draw.html", at_s=2.0, language="de")
    html = (tmp_path / "draw.html").read_text("utf-8")
    assert "Regionen im Bild benennen" in html
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "")
    assert NAME not in html


def test_a_folder_without_a_result_is_refused(tmp_path):
    with pytest.raises(ResultError):
        load_result(tmp_path)


def test_without_clips_the_result_is_still_written_and_says_so(tmp_path, monkeypatch):
    def fails(*_args, **_kwargs):
        raise RecordingError(sample_path("isolated"), "no time stamps", code="no_timestamps", advice="")

    monkeypatch.setattr(clip_room, "cut_clips", fails)
    outcome = analyze_into(sample_path("isolated"), tmp_path, settings=Settings(), clips=ClipChoice(2))
    assert [(flag.code, flag.message) for flag in outcome.result.recording.flags] == [
        ("no_clips", "Clips of the jerks could not be made (no_timestamps).")
    ]
    assert "could not be made" in (outcome.folder / "report.html").read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["isolated"]


def test_clips_made_later_take_back_that_there_are_none(tmp_path, monkeypatch):
    def fails(*_args, **_kwargs):
        raise RecordingError(sample_path("isolated"), "no time stamps", code="no_timestamps", advice="")

    with monkeypatch.context() as patch:
        patch.setattr(clip_room, "cut_clips", fails)
        folder = analyze_into(sample_path("isolated"), tmp_path, settings=Settings(), clips=ClipChoice(2)).folder
    assert [flag.code for flag in load_result(folder).recording.flags] == ["no_clips"]
    put: list[str] = []
    monkeypatch.setattr(clip_room, "write_file", lambda path, data: put.append(path.name) or write_file(path, data))
    assert make_clips(folder, sample_path("isolated"), ClipChoice(2)) == 2
    assert put == ["report.html", "summary.json"]  # whole or not at all: a killed run leaves no half of either
    assert "could not be made" not in (folder / "report.html").read_text("utf-8")
    assert "no_clips" not in (folder / "summary.json").read_text("utf-8")
    write_reports(folder, ReportRequest(ReportOptions()))
    assert "could not be made" not in (folder / "report.html").read_text("utf-8")


def test_clips_of_an_earlier_run_are_shown_where_no_new_ones_can_be_made(tmp_path, monkeypatch):
    def fails(*_args, **_kwargs):
        raise RecordingError(sample_path("isolated"), "no time stamps", code="no_timestamps", advice="")

    analyze_into(sample_path("isolated"), tmp_path, settings=Settings(), clips=ClipChoice(2))
    monkeypatch.setattr(clip_room, "cut_clips", fails)
    outcome = analyze_into(sample_path("isolated"), tmp_path, settings=Settings(), clips=ClipChoice(2))
    assert [flag.code for flag in outcome.result.recording.flags] == ["no_clips"]
    assert len(list((outcome.folder / "clips").glob("*.mp4"))) == 2
    assert "clips/jerk-" in (outcome.folder / "report.html").read_text("utf-8")


@pytest.mark.parametrize("listed", ["{", '{"clips": [{"pixelated": true}], "pixelate": ["anna_bed"]}'])
def test_why_there_are_no_clips_names_no_folder_and_no_region(tmp_path, listed):
    place = tmp_path / "anna" / "isolated" / "clips"
    place.mkdir(parents=True)
    (place / "clips.json").write_text(listed, "utf-8")
    outcome = analyze_into(sample_path("isolated"), tmp_path / "anna", settings=Settings(), clips=ClipChoice(2))
    (flag,) = outcome.result.recording.flags
    assert flag.code == "no_clips"
    assert "it is not known what to hide in them" in flag.message
    assert "anna" not in flag.message


def test_an_ffmpeg_without_x264_costs_the_clips_and_not_the_hours(tmp_path, monkeypatch):
    def lacks(*_args):
        raise UnknownCodecError("libx264")

    monkeypatch.setattr("detector.video.clips.encode_clip", lacks)
    outcome = analyze_into(sample_path("isolated"), tmp_path, settings=Settings(), clips=ClipChoice(2))
    assert [flag.code for flag in outcome.result.recording.flags] == ["no_clips"]
    assert len(outcome.result.jerks) == 6


def test_an_unknown_region_is_refused_before_the_video_is_opened(tmp_path):
    with pytest.raises(ResultError, match="no region 'face'"):
        analyze_into(tmp_path / "none.mp4", tmp_path, settings=Settings(), clips=ClipChoice(1, pixelate=("face",)))


def test_clips_of_a_result_without_regions_say_how_it_gets_some(tmp_path, capsys):
    folder = analyze_into(sample_path("isolated"), tmp_path, settings=Settings()).folder
    assert main(["clips", str(folder), str(sample_path("isolated")), "--pixelate", "face"]) == 2
    assert "there are: none. Draw some with `sleepjerk regions VIDEO`, and analyse" in capsys.readouterr().err


@pytest.mark.parametrize("below", [".", "recordings"])
def test_a_folder_that_holds_results_names_them(tmp_path, below):
    for name in ("a", "b", "c"):
        (tmp_path / below / name).mkdir(parents=True)
        for file in ("summary.json", "signal.parquet"):
            (tmp_path / below / name / file).touch()
    with pytest.raises(ResultError, match=r"holds 3 results but is not one itself\. Name one .*such as .*a or .*b$"):
        load_result(tmp_path)


def test_a_deidentified_set_changes_nothing_of_how_the_report_is_wanted(made, tmp_path):
    folder = made[1].folder
    write_reports(folder, ReportRequest(ReportOptions(language="de")))
    kept = kept_options(folder)
    write_reports(folder, ReportRequest(ReportOptions(code="other"), deidentify=True, out=tmp_path / "out"))
    write_reports(folder, ReportRequest(ReportOptions(code="other"), out=tmp_path / "beside"))
    assert kept_options(folder) == kept
    write_reports(folder, ReportRequest(ReportOptions()))


def test_of_a_stored_night_a_page_reads_the_zones_that_it_draws_at_once(made, monkeypatch):
    _, outcome, _ = made
    again, asked = load_result(outcome.folder), []
    whole = replace(again, signal=replace(again.signal, zones=tuple(again.signal.zones)))
    picked = StoredZones.picked
    monkeypatch.setattr(StoredZones, "stretches", None)
    monkeypatch.setattr(StoredZones, "picked", lambda zones, at: asked.append(len(at)) or picked(zones, at))
    assert len(again.jerks) > 5
    assert render_report(again) == render_report(whole)
    assert len(asked) == 1
    assert asked[0] <= len(again.jerks)


@pytest.mark.parametrize("deidentify", [True, False])
def test_no_report_is_written_over_a_result(made, deidentify):
    folder = made[1].folder
    before = (folder / "summary.json").read_bytes()
    with pytest.raises(ResultError, match="it holds a result, which the report would replace"):
        write_reports(folder, ReportRequest(ReportOptions(), deidentify=deidentify, out=folder))
    assert (folder / "summary.json").read_bytes() == before
