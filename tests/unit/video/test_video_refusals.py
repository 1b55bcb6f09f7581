from __future__ import annotations

import errno
import hashlib
import os
import pickle
import struct
import zlib
from typing import TYPE_CHECKING

import av.error
import pytest
from make_faults import cut, rotted, write_film, write_sound
from video_reading import read

from detector import network_disk
from detector.config import VideoSettings
from detector.errors import DecodeError, RecordingError
from detector.video import container, identity, nameless
from detector.video.decoding import Decoder
from detector.video.identity import sha256_of
from detector.video.source import open_recording

if TYPE_CHECKING:
    from pathlib import Path


def refused(path: Path, **settings: object) -> RecordingError:
    with pytest.raises(RecordingError) as caught:
        read(path, **settings)
    error = caught.value
    assert error.path == path
    assert error.reason
    assert error.advice
    assert pickle.loads(pickle.dumps(error)).code == error.code
    return error


def text(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(65 * 64))), chunk(b"IEND", b"")]
    )


def test_files_that_are_none(tmp_path):
    assert refused(tmp_path / "absent.mp4").code == "not_found"
    assert refused(tmp_path).code == "not_a_file"
    assert refused(text(tmp_path / "empty.mp4", "")).code == "empty"


@pytest.mark.parametrize("name", ["notes.txt", "notes.mp4", "page.mkv"])
def test_text_is_no_video(tmp_path, name):
    assert refused(text(tmp_path / name, "<html>please log in</html>\n" * 200)).code == "not_video"


def test_random_bytes_and_pictures_are_no_video(tmp_path):
    assert refused(text(tmp_path / "noise.mp4", os.urandom(50_000))).code in {"not_video", "truncated_index"}
    assert refused(text(tmp_path / "picture.mp4", png())).code == "not_video"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_a_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    assert refused(tmp_path / "pipe.mp4").code == "not_a_file"


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp4", "list.ffconcat", "list.sdp"])
def test_lists_of_other_files_open_none_of_them(tmp_path, name):
    secret = write_film(tmp_path / "secret.ts", 20)
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret.name}\n#EXT-X-ENDLIST\n"
    concat = f"ffconcat version 1.0\nfile {secret.name}\n"
    session = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 50040 RTP/AVP 96\n"
    for content in (playlist, playlist.replace(secret.name, str(secret)), concat, session):
        assert refused(text(tmp_path / name, content)).code == "not_video"


@pytest.mark.skipif(os.name == "nt", reason="no such names on Windows")
@pytest.mark.parametrize("name", ["12:30:05.mp4", "http:x.mp4", "concat:a.mp4", "a%20b\u202e\n.mp4", "-i.mp4"])
def test_odd_names_are_just_names(tmp_path, name):
    assert len(read(write_film(tmp_path / "a.mp4", 12).rename(tmp_path / name)).frames) == 12


def test_sound_alone_is_no_video(tmp_path):
    assert refused(write_sound(tmp_path / "sound.m4a")).code == "no_video_stream"


def test_a_cut_index_says_how_to_recover(tmp_path):
    error = refused(cut(write_film(tmp_path / "a.mp4"), tmp_path / "cut.mp4", 0.8))
    assert error.code == "truncated_index"
    assert "untrunc" in error.advice


REFUSALS = [
    "not_video",
    "truncated_index",
    "no_video_stream",
    "unsupported_codec",
    "no_pictures",
    "one_frame",
    "unusable",
]


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1, 0.2, 0.3])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".ts"])
def test_files_cut_anywhere_are_read_or_refused(tmp_path, suffix, share):
    options = {"movflags": "faststart"} if suffix == ".mp4" else {}
    path = write_film(tmp_path / f"a{suffix}", 30, container_options=options)
    codes = set()
    try:
        read(cut(path, tmp_path / f"cut{suffix}", share))
    except RecordingError as error:
        codes.add(error.code)
    assert codes <= set(REFUSALS)


def test_codecs_and_sizes_beyond_the_limits(tmp_path):
    assert refused(write_film(tmp_path / "a.avi", 5, codec="asv1", pixel_format="yuv420p")).code == "unsupported_codec"
    error = refused(write_film(tmp_path / "a.mp4", 5), max_pixels=10_000)
    assert error.code == "too_large"
    assert "19200" in error.reason


def test_one_picture_is_no_recording(tmp_path):
    error = refused(write_film(tmp_path / "one.mp4", 1))
    assert isinstance(error, DecodeError)
    assert error.code == "one_frame"


def test_a_stream_that_is_not_there(tmp_path):
    assert refused(write_film(tmp_path / "a.mp4", 5), stream=1).code == "no_video_stream"


def test_no_time_stamps_and_no_rate(tmp_path):
    error = refused(write_film(tmp_path / "a.h264", container="h264"))
    assert error.code == "no_timestamps"
    assert "video.fps" in error.advice


def test_frames_too_far_apart_to_show_anything_brief(tmp_path):
    error = refused(write_film(tmp_path / "a.mkv", 20, times=[3_600_000 * number for number in range(20)]))
    assert error.code == "too_slow"
    assert "3.6e+03 s apart" in str(error)


def test_a_clock_that_leaps_at_every_frame(tmp_path):
    error = refused(write_film(tmp_path / "a.mkv", 20, times=[400_000_000 * number for number in range(20)]))
    assert error.code == "too_slow"


def test_a_clock_of_no_camera(tmp_path):
    film = write_film(tmp_path / "a.mkv", 20)
    data = bytearray(film.read_bytes())
    at = data.find(bytes.fromhex("2ad7b183")) + 4
    data[at : at + 3] = (1).to_bytes(3, "big")  # nanoseconds a tick, of which it is written to have 1,000,000
    film.write_bytes(data)
    error = refused(film)
    assert error.code == "too_fast"
    assert "2.5e+07" in error.reason
    assert "10000 Hz" in error.reason


def test_a_file_that_is_damaged_all_over_is_unusable(tmp_path):
    path = write_film(tmp_path / "a.mkv", 60, options={"g": "60"})
    error = refused(rotted(path, tmp_path / "rot.mkv", start=0.05, stop=0.95, n_bytes=300))
    assert error.code in {"unusable", "no_pictures"}


def test_a_file_that_grows_while_it_is_read(tmp_path):
    path = write_film(tmp_path / "a.mp4")
    with open_recording(path, VideoSettings()) as reader:
        frames = reader.frames(80, 60)
        next(frames)
        with path.open("ab") as file:
            file.write(b"more")
        with pytest.raises(RecordingError) as caught:
            list(frames)
    assert caught.value.code == "changed"


@pytest.mark.parametrize("short", [True, False])
def test_too_little_memory_is_no_damage(tmp_path, monkeypatch, short):
    """A decoder that is given too little makes sound packets fail; a damaged packet may ask for too much."""
    decoded, spent = Decoder._decoded, []

    def fails_once(self, packet):
        if self.n_packets == 20 and not spent:
            spent.append(1)
            monkeypatch.setattr(self, "_context", Starved())
        return decoded(self, packet)

    class Starved:
        def decode(self, _):
            monkeypatch.undo()
            if short:
                monkeypatch.setattr(container.np, "empty", no_memory)
            raise av.error.MemoryError(12, "Cannot allocate memory")

    def no_memory(*_):
        raise MemoryError

    film = write_film(tmp_path / "a.mp4", 60)
    monkeypatch.setattr(Decoder, "_decoded", fails_once)
    if short:
        with pytest.raises(MemoryError):
            read(film)
    else:
        assert read(film).recording.time.masked_s > 0


def test_wrong_use_is_told(tmp_path):
    with open_recording(write_film(tmp_path / "a.mp4", 5), VideoSettings()) as reader:
        with pytest.raises(ValueError, match="only after"):
            reader.recording()
        with pytest.raises(ValueError, match="160 x 120"):
            next(reader.frames(161, 120))
        list(reader.frames(80, 60))
        with pytest.raises(ValueError, match="only once"):
            next(reader.frames(80, 60))


def shaky_disk(monkeypatch: pytest.MonkeyPatch, code: int, *, good: int, bad: int, size: int = 512) -> None:
    """Let a network disk give `good` reads of at most `size` bytes, then refuse `bad` ones."""
    plain, n = os.read, iter(range(10**9))
    monkeypatch.setattr(network_disk, "_PAUSES_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(container, "READ_BYTES", size)

    def read_or_fail(descriptor: int, wanted: int) -> bytes:
        if good <= next(n) < good + bad:
            raise OSError(code, os.strerror(code))
        return plain(descriptor, wanted)

    monkeypatch.setattr(nameless.os, "read", read_or_fail)


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.EINTR])
@pytest.mark.parametrize("good", [0, 3, 12])
def test_a_network_disk_that_hiccups_is_asked_again(tmp_path, monkeypatch, code, good):
    film = write_film(tmp_path / "film.mkv")
    whole = read(film)
    shaky_disk(monkeypatch, code, good=good, bad=3)
    found = read(film)
    assert found.times == whole.times
    assert found.codes == whole.codes


def test_a_hiccup_in_the_last_pass_over_the_bytes_loses_no_night(tmp_path, monkeypatch):
    film = write_film(tmp_path / "film.mkv")
    replies = [OSError(errno.EIO, "shaky"), OSError(errno.ESTALE, "shaky")]
    digest = hashlib.file_digest

    def shaky(file, name):
        if replies:
            raise replies.pop()
        return digest(file, name)

    monkeypatch.setattr(network_disk, "_PAUSES_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr("detector.video.identity.hashlib.file_digest", shaky)
    with film.open("rb") as file:
        assert sha256_of(file.fileno(), film) == hashlib.sha256(film.read_bytes()).hexdigest()
    assert not replies


@pytest.mark.parametrize(("code", "bad"), [(errno.EIO, 4), (errno.EIO, 10**6), (errno.EACCES, 1)])
@pytest.mark.parametrize("good", [0, 3, 12])
def test_a_disk_that_gives_up_is_no_short_film(tmp_path, monkeypatch, code, bad, good):
    film = write_film(tmp_path / "film.mkv")
    shaky_disk(monkeypatch, code, good=good, bad=bad)
    error = refused(film)
    assert error.code == "unreadable"
    assert os.strerror(code) in error.reason


def test_a_disk_that_gives_up_while_the_digest_is_made(tmp_path, monkeypatch):
    film = write_film(tmp_path / "film.mkv")

    def fail(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(identity.hashlib, "file_digest", fail)
    error = refused(film)
    assert error.code == "unreadable"
    assert os.strerror(errno.EIO) in error.reason
