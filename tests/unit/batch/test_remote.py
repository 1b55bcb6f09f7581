"""Inputs on remote storage, with fsspec's own file system in memory: found, read, resumed, removed."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import fsspec
import pytest

from detector.batch import processes, receipts, remote
from detector.batch.making import made_by
from detector.batch.participants import read_participants
from detector.batch.plan import make_plan
from detector.batch.receipts import read_receipts
from detector.batch.remote import is_remote, local_copy, remote_stamp
from detector.batch.run import Options, run_study
from detector.batch.sources import find_sources, read_list
from detector.cli.console import ExitCode
from detector.cli.main import main
from detector.config import Settings
from detector.errors import MissingPackageError, RecordingError, ResultError
from tests.unit.batch.studies import LONG_AGO_S, films, long_film, work_off_here

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG_AGO = datetime.fromtimestamp(LONG_AGO_S, UTC)


@pytest.fixture
def store() -> Iterator[fsspec.AbstractFileSystem]:
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def put(system: fsspec.AbstractFileSystem, path: str, content: bytes) -> None:
    system.pipe_file(path, content)
    system.store[path].modified = LONG_AGO


def test_addresses_are_told_from_paths() -> None:
    assert [is_remote(name) for name in ("s3://b/n.mp4", "memory://n.mp4", "C://n.mp4", "/a/b.mp4", "a:b.mp4")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_files_folders_and_patterns_are_found(store: fsspec.AbstractFileSystem) -> None:
    for name in ("b.mp4", "a.MKV", "notes.txt", ".hidden.mp4", "deep/er/c.avi"):
        put(store, f"/study/{name}", name.encode())
    found = [source.path for source in find_sources(["memory://study"])]
    assert found == ["memory:///study/a.MKV", "memory:///study/b.mp4", "memory:///study/deep/er/c.avi"]
    assert [source.path for source in find_sources(["memory://study/*.mp4", "memory:///study/b.mp4"])] == [found[1]]
    assert find_sources(["memory://study/notes.txt"])[0].id.startswith("notes-")
    with pytest.raises(ResultError, match="no video file in it"):
        find_sources(["memory://study/*.mov"])


def test_lists_and_tables_take_addresses_as_they_are(store: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("memory://study/b.mp4\nnear.mp4\n")
    assert read_list(tmp_path / "list.txt") == ["memory://study/b.mp4", str(tmp_path / "near.mp4")]
    (tmp_path / "t.tsv").write_text("path\tsubject\tage_weeks\nmemory://study/b.mp4\t01\t3\n")
    (source,) = read_participants(tmp_path / "t.tsv")
    assert (source.path, source.subject) == ("memory:///study/b.mp4", "01")
    assert source.key == find_sources(["memory://study/b.mp4"])[0].key


def test_a_study_of_remote_films_equals_one_of_local_ones(
    store: fsspec.AbstractFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "work_off", work_off_here)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    paths = [*films(tmp_path / "v", 2), long_film(tmp_path / "v" / "long.mp4", length_s=95.0)]
    for path in paths:
        put(store, f"/v/{path.name}", path.read_bytes())
    put(store, "/v/twin.mp4", paths[0].read_bytes())
    put(store, "/v/text.mp4", b"no film\n" * 50)
    sources = find_sources(["memory://v", "memory://v/gone.mp4"])
    totals = run_study(sources, tmp_path / "s", Settings(), Options(part_s=60), lambda _progress: None)
    assert (totals.n_done, dict(totals.reasons)) == (3, {"not_found": 1, "not_video": 1})
    assert totals.states["duplicate"] == 1
    receipts = {Path(receipt.source.path).name: receipt for receipt in read_receipts(tmp_path / "s")}
    run_study(find_sources(paths), tmp_path / "local", Settings(), Options(part_s=0), lambda _progress: None)
    for receipt in read_receipts(tmp_path / "local"):
        far = receipts[Path(receipt.source.path).name]
        assert far.sha256 == receipt.sha256 == hashlib.sha256(Path(receipt.source.path).read_bytes()).hexdigest()
        assert far.files["events.tsv"] == receipt.files["events.tsv"]
        assert far.source.path.startswith("memory:///v/")
        folder = tmp_path / "s" / "recordings" / far.source.id
        assert all(str(tmp_path / "temporary").encode() not in file.read_bytes() for file in folder.iterdir())
    assert list((tmp_path / "temporary").iterdir()) == []

    def state() -> dict[str, str]:
        entries = make_plan(sources, tmp_path / "s", made_by(Settings()))
        return {Path(entry.source.path).name: entry.state for entry in entries}

    assert state() == {
        "gone.mp4": "new", "long.mp4": "done", "night-0.mp4": "done", "night-1.mp4": "done", "text.mp4": "broken",
        "twin.mp4": "duplicate",
    }  # fmt: skip
    put(store, "/v/night-1.mp4", paths[2].read_bytes()[:-1])
    assert state()["night-1.mp4"] == "changed"
    store.pipe_file("/v/night-1.mp4", b"just written")
    assert state()["night-1.mp4"] == "growing"


def test_a_film_that_changes_while_it_is_copied_is_refused(
    store: fsspec.AbstractFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "work_off", work_off_here)
    put(store, "/v/a.mp4", films(tmp_path, 1)[0].read_bytes())
    blocks = remote._blocks

    def blocks_and_write(name: str) -> Iterator[bytes]:
        yield from blocks(name)
        store.pipe_file("/v/a.mp4", b"other")

    monkeypatch.setattr(remote, "_blocks", blocks_and_write)
    sources = find_sources(["memory://v/a.mp4"])
    totals = run_study(sources, tmp_path / "s", Settings(), Options(), lambda _progress: None)
    assert dict(totals.reasons) == {"changed": 1}


def test_the_copy_is_private_and_goes_away_on_errors(store: fsspec.AbstractFileSystem) -> None:
    put(store, "/a.mp4", b"abc")
    told: list[int] = []
    seen: list[tuple[Path, bytes, int]] = []

    def read() -> None:
        with local_copy("memory://a.mp4", lambda: told.append(1)) as copy:
            seen.append((copy, copy.read_bytes(), copy.parent.stat().st_mode & 0o777))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        read()
    ((copy, content, mode),) = seen
    assert (content, copy.parent.exists(), told) == (b"abc", False, [1])
    assert mode == 0o700 or sys.platform == "win32"


@pytest.mark.parametrize(
    ("error", "code"),
    [(PermissionError("no"), "no_permission"), (TimeoutError("late"), "unreadable"), (KeyError("odd"), "unreadable")],
)
def test_what_the_storage_raises_becomes_a_reason(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(type(store), "open", fail)
    with pytest.raises(RecordingError) as caught, local_copy("memory://a.mp4", lambda: None):
        pass
    assert caught.value.code == code


def test_a_file_that_is_not_there_or_has_no_date_still_has_a_stamp(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "/a.mp4", b"abc")
    assert (remote_stamp("memory://a.mp4"), remote_stamp("memory://b.mp4")) == ((3, int(LONG_AGO_S) * 10**9), (-1, -1))
    monkeypatch.setattr(type(store), "modified", fsspec.AbstractFileSystem.modified)
    assert remote_stamp("memory://a.mp4") == (3, 0)
    assert receipts.stamp_of("memory://a.mp4").size_bytes == 3


SIGNED = [
    "https://bucket.s3.amazonaws.com/a.mp4?X-Amz-Credential=AKIA&X-Amz-Signature=secret",
    "https://store.blob.core.windows.net/v/a.mp4?sv=2024&sig=secret",
    "memory://v/a.mp4?token=secret",
    "https://host/a.mp4#access_token=secret",
    "https://secret@host/a.mp4",
    "sftp://me:secret@host/a.mp4",
]


@pytest.mark.parametrize("address", SIGNED)
def test_an_address_with_a_secret_is_refused_and_stands_nowhere(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, named = tmp_path / "t.tsv", tmp_path / "list.txt"
    table.write_text(f"path\tsubject\n{address}\t01\n")
    named.write_text(f"{address}\n")
    for words in ([address], ["--list", str(named)], ["--table", str(table)], [address, "--dry-run"]):
        assert main(["batch", *words, "--out", str(tmp_path / "study")]) == ExitCode.USAGE, words
    said = capsys.readouterr()
    assert "credentials in the environment" in said.err.replace("\n", " ")
    assert "secret" not in said.out + said.err
    assert not any(b"secret" in path.read_bytes() for path in tmp_path.rglob("study/**/*") if path.is_file())


def test_a_pattern_with_a_question_mark_is_no_secret(store: fsspec.AbstractFileSystem) -> None:
    put(store, "/v/a1.mp4", b"x")
    assert [source.path for source in find_sources(["memory://v/a?.mp4"])] == ["memory:///v/a1.mp4"]


def test_what_a_storage_says_is_kept_without_signatures(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("403, url='https://cdn.example/a.mp4?Key=AKIA&Signature=secret' gave up")

    monkeypatch.setattr(type(store), "open", fail)
    with pytest.raises(RecordingError) as caught, local_copy("memory://a.mp4", lambda: None):
        pass
    assert "secret" not in str(caught.value)
    assert "https://cdn.example/a.mp4?...' gave up" in str(caught.value)


def test_what_is_missing_or_unsafe_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ResultError, match="holds a password") as caught:
        find_sources(["ftp://me:secret@host/a.mp4"])
    assert "secret" not in str(caught.value)
    with pytest.raises(ResultError, match="not known"):
        find_sources(["nowhere://a.mp4"])
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(MissingPackageError, match="s3fs"):
        find_sources(["s3://bucket/a.mp4"])
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'sleepjerk\[remote\]'"):
        find_sources(["memory://a.mp4"])
