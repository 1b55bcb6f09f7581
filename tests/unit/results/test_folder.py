from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from detector.config import Settings
from detector.errors import ResultError
from detector.exports.events_tsv import events_text
from detector.exports.signal_parquet import SIGNAL_BLOCKS
from detector.records.file_names import FILES, REPORT
from detector.results import folder as room
from detector.results import swap
from detector.results.folder import check_place, write_folder
from detector.results.stored import folder_name, load_signal
from tests.factories import make_result
from tests.unit.results.whole import is_whole

if TYPE_CHECKING:
    from detector.records.result import Result

FINGERPRINT = Settings().fingerprint(*SIGNAL_BLOCKS)


def _result(n_jerks: int = 6, name: str = "night") -> Result:
    return make_result(n_jerks, hours=0.02, name=name)


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_all_files_and_no_other(tmp_path: Path) -> None:
    folder = write_folder(_result(), lambda: "<p>report</p>", tmp_path / "deep" / "results")
    assert folder == tmp_path / "deep" / "results" / "night"
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert [path.name for path in folder.parent.iterdir()] == ["night"]
    assert is_whole(folder)


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    one = _hashes(write_folder(_result(), lambda: "x", tmp_path / "one"))
    assert one == _hashes(write_folder(_result(), lambda: "x", tmp_path / "two"))
    assert one == _hashes(write_folder(_result(), lambda: "x", tmp_path / "one"))


def test_nothing_of_the_place_is_in_the_files(tmp_path: Path) -> None:
    folder = write_folder(_result(), None, tmp_path / "Annas results")
    content = b"".join(path.read_bytes() for path in folder.iterdir())
    for word in (b"Anna", str(tmp_path).encode(), os.uname().nodename.encode() if hasattr(os, "uname") else b"Anna"):
        assert word not in content


def test_an_unsafe_id_is_made_safe(tmp_path: Path) -> None:
    folder = write_folder(_result(name="../x: y"), None, tmp_path)
    assert folder == tmp_path / "x-y"
    assert json.loads((folder / "summary.json").read_text())["recording"]["id"] == "x-y"


def test_a_new_result_replaces_the_old_and_keeps_the_users_files(tmp_path: Path) -> None:
    folder = write_folder(_result(6), lambda: "old", tmp_path)
    (folder / "decisions.jsonl").write_text("mine")
    (folder / "clips").mkdir()
    (folder / "clips" / "one.mp4").write_bytes(b"film")
    (folder / ".notes").write_text("hidden")
    with (folder / "decisions.jsonl").open("a") as open_file:
        write_folder(_result(12), None, tmp_path)
        open_file.write(" still open")
    assert (folder / "events.tsv").read_text() == events_text(_result(12))
    assert (folder / "decisions.jsonl").read_text() == "mine still open"
    assert (folder / "clips" / "one.mp4").read_bytes() == b"film"
    assert (folder / ".notes").read_text() == "hidden"
    assert not (folder / "report.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["night"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_errors_name_the_folder_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(room, "write_numbers", fail)
    with pytest.raises(ResultError, match="night: cannot be written") as caught:
        write_folder(_result(), None, tmp_path)
    assert caught.value.args[0].count(". ") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_failed_signal_names_the_real_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_stored: object, path: Path) -> None:
        raise ResultError(f"{path}: no space")

    monkeypatch.setattr(room, "write_signal", fail)
    with pytest.raises(ResultError, match="no space") as caught:
        write_folder(_result(), None, tmp_path)
    assert str(tmp_path / "night" / "signal.parquet") in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "night").write_text("a file")
    with pytest.raises(ResultError, match="A file has the name of the folder"):
        write_folder(_result(), None, tmp_path)
    with pytest.raises(ResultError, match="choose another folder"):
        write_folder(_result(), None, tmp_path / "night")
    assert (tmp_path / "night").read_text() == "a file"


@pytest.mark.parametrize("out", ["", "results", "deep/er/results"])
def test_a_good_place_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str) -> None:
    monkeypatch.chdir(tmp_path)
    check_place(tmp_path / out, "night")
    check_place(Path(out), "night")
    assert list(tmp_path.rglob("*")) == []
    (tmp_path / "night").mkdir()
    check_place(tmp_path, "night")
    assert [path.name for path in tmp_path.iterdir()] == ["night"]


def test_a_place_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "film").write_bytes(b"film")
    for out, name, said in (
        ("film", "", "A file has the name of the folder"),
        ("film/results", "", "A part of that path is a file"),
        ("", "film", "A file has the name of the folder"),
        ("long" * 99, "", "Check the disk"),
    ):
        with pytest.raises(ResultError, match="cannot be written") as caught:
            check_place(tmp_path / out, name)
        assert str(caught.value).startswith(f"{tmp_path / out / name}: ")
        assert said in str(caught.value)
    assert (tmp_path / "film").read_bytes() == b"film"


@pytest.mark.skipif(os.name == "nt", reason="a link needs rights there")
def test_a_link_that_leads_nowhere_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "results").symlink_to(tmp_path / "gone" / "disk")
    with pytest.raises(ResultError, match="results: cannot be written"):
        check_place(tmp_path / "results")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0o500)
    for out in ("shut", "shut/results"):
        with pytest.raises(ResultError, match="or choose another folder with --out"):
            check_place(tmp_path / out)


@pytest.mark.parametrize(
    ("code", "said"),
    [(errno.EROFS, "disk is read-only"), (errno.EACCES, "the right to write there"), (errno.ENOSPC, "disk is full")],
)
def test_a_disk_that_refuses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(ResultError, match=said):
        check_place(tmp_path / "results")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at_once", [True, False])
def test_a_failure_at_any_call_leaves_a_whole_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    if not at_once:
        monkeypatch.setattr(swap, "_exchange_at_once", lambda *_: False)
    folder = write_folder(_result(6), lambda: "old", tmp_path)
    (folder / "decisions.jsonl").write_text("mine")
    texts = {events_text(_result(6)), events_text(_result(12))}
    done, n = False, 0
    while not done:
        n += 1
        with monkeypatch.context() as patch:
            _fail_at(patch, n)
            try:
                write_folder(_result(12), lambda: "new", tmp_path)
                done = True
            except ResultError:
                pass
        swap.sweep(tmp_path, frozenset(FILES))
        assert is_whole(folder), n
        assert (folder / "events.tsv").read_text() in texts
        assert (folder / "decisions.jsonl").read_text() == "mine"
    assert n > 8
    assert [path.name for path in tmp_path.iterdir()] == ["night"]


def _fail_at(patch: pytest.MonkeyPatch, n: int) -> None:
    """Let the n-th call fail that changes the disk."""
    calls = [0]

    def failing(function: object) -> object:
        def call(*args: object, **kwargs: object) -> object:
            calls[0] += 1
            if calls[0] == n:
                raise OSError(errno.EIO, "made to fail")
            return function(*args, **kwargs)  # type: ignore[operator]

        return call

    for owner, name in ((os, "fsync"), (Path, "rename"), (Path, "write_text"), (Path, "mkdir"), (os, "link")):
        patch.setattr(owner, name, failing(getattr(owner, name)))


def test_the_signal_is_used_again(tmp_path: Path) -> None:
    result = _result()
    folder = write_folder(result, None, tmp_path)
    sha256 = result.recording.sha256
    for digest in (sha256, None):
        found = load_signal(folder, motion_fingerprint=FINGERPRINT, algorithm="1", sha256=digest)
        assert len(found.signal.picture) == len(result.signal.picture)
    for changes in ({"motion_fingerprint": "x"}, {"algorithm": "2"}, {"sha256": "cd"}):
        wanted = {"motion_fingerprint": FINGERPRINT, "algorithm": "1", "sha256": sha256} | changes
        with pytest.raises(ResultError, match="made with another"):
            load_signal(folder, **wanted)


def test_thresholds_do_not_make_the_signal_anew() -> None:
    changed = Settings().with_assignments(["jerks.max_duration_s=0.8", "clusters.gap_s=3"])
    assert changed.fingerprint(*SIGNAL_BLOCKS) == FINGERPRINT
    assert Settings().with_assignments(["motion.block_px=8"]).fingerprint(*SIGNAL_BLOCKS) != FINGERPRINT


@pytest.mark.parametrize("name", [name for name in FILES if name != REPORT])
def test_an_unfinished_folder(tmp_path: Path, name: str) -> None:
    folder = write_folder(_result(), None, tmp_path)
    (folder / name).unlink()
    assert not is_whole(folder)
    assert not is_whole(tmp_path / "none")


def test_other_videos_of_the_same_name_get_another_folder(tmp_path: Path) -> None:
    result = _result()
    sha256 = result.recording.sha256
    assert folder_name(Path("a/night.mp4"), tmp_path, sha256) == "night"
    write_folder(result, None, tmp_path)
    assert folder_name(Path("a/night.mp4"), tmp_path, sha256) == "night"
    other = folder_name(Path("b/night.mp4"), tmp_path, "cd")
    assert other.startswith("night-")
    recording = replace(result.recording, id=other, sha256="cd" * 32)
    write_folder(replace(result, recording=recording), None, tmp_path)
    assert folder_name(Path("b/night.mp4"), tmp_path, "cd" * 32) == other


def test_a_folder_that_is_not_ours_is_added_to(tmp_path: Path) -> None:
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "holiday.jpg").write_bytes(b"x")
    assert not is_whole(tmp_path / "night")
    folder = write_folder(_result(), None, tmp_path)
    assert is_whole(folder)
    assert (folder / "holiday.jpg").exists()
    shutil.rmtree(folder)


def test_a_folder_with_labels_of_ones_own_is_no_result(tmp_path: Path) -> None:
    """BIDS datasets have an events.tsv beside the video: it must not be overwritten."""
    (tmp_path / "night").mkdir()
    (tmp_path / "night" / "events.tsv").write_text("onset\tduration\ttrial_type\n")
    name = folder_name(tmp_path / "night" / "night.mp4", tmp_path, "0" * 64)
    assert name.startswith("night-")
    assert folder_name(tmp_path / "other.mp4", tmp_path, "0" * 64) == "other"
