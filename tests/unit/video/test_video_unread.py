"""What lies behind a film in its file, and was not read, is said."""

from __future__ import annotations

import random

import pytest
from make_faults import cut, write_film
from video_reading import read

FRAGMENTS = {"movflags": "frag_keyframe+empty_moov"}


@pytest.mark.parametrize("container", ["mp4", "flv"])
def test_a_second_film_behind_the_first_one_is_said(tmp_path, container):
    one, other = (write_film(tmp_path / f"{name}.{container}", 60, options={"g": "25"}) for name in "ab")
    (tmp_path / f"both.{container}").write_bytes(one.read_bytes() + other.read_bytes())
    both = read(tmp_path / f"both.{container}")
    assert len(both.frames) == 60
    (flag,) = (flag for flag in both.recording.flags if flag.code == "unread_rest")
    assert (flag.severity, flag.value) == ("severe", pytest.approx(0.5, abs=0.03))
    assert "unread_rest" not in read(one).codes


@pytest.mark.parametrize("container", ["flv", "ts", "mkv"])
def test_the_empty_end_of_a_file_that_was_laid_out_beforehand_is_nothing(tmp_path, container):
    film = write_film(tmp_path / f"film.{container}", 60, options={"g": "25"})
    for name, rest in (
        ("empty", bytes(film.stat().st_size)),
        ("more", random.Random(1).randbytes(film.stat().st_size)),
    ):
        (tmp_path / f"{name}.{container}").write_bytes(film.read_bytes() + rest)
    assert "unread_rest" not in read(tmp_path / f"empty.{container}").codes
    assert container != "flv" or "unread_rest" in read(tmp_path / f"more.{container}").codes


@pytest.mark.parametrize(("flags", "said"), [("+default_base_moof", "joined_films"), ("", "unread_rest")])
def test_fragments_put_behind_each_other_are_said(tmp_path, flags, said):
    """Without the flag FFmpeg reads the first film's bytes twice; with it, it passes over the second one's start."""
    one = write_film(tmp_path / "one.mp4", 60, container_options={"movflags": f"frag_keyframe+empty_moov{flags}"})
    (tmp_path / "both.mp4").write_bytes(2 * one.read_bytes())
    both = read(tmp_path / "both.mp4")
    assert read(one).codes == []
    assert len(both.frames) < 120
    (flag,) = (flag for flag in both.recording.flags if flag.code in {"joined_films", "unread_rest"})
    assert (flag.code, flag.severity, flag.value) == (said, "severe", pytest.approx(0.5))


@pytest.mark.parametrize("whole", [True, False])
def test_a_head_that_is_only_repeated_between_fragments_is_no_other_film(tmp_path, whole):
    """As where a player's pieces were put behind each other, each with the head that came with it."""
    flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    data = write_film(tmp_path / "one.mp4", 60, container_options=flags).read_bytes()
    first, third = data.find(b"moof") - 4, -1
    for _ in range(3):
        third = data.find(b"moof", third + 1)
    head = data[:first] if whole else data[data.find(b"moov") - 4 : first]
    (tmp_path / "more.mp4").write_bytes(data[: third - 4] + head + data[third - 4 :])
    more = read(tmp_path / "more.mp4")
    assert (len(more.frames), more.codes) == (60, [])


def test_a_head_behind_the_film_whose_fragment_ends_before_its_time_is_another_film(tmp_path):
    flags = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    data = write_film(tmp_path / "one.mp4", 60, container_options=flags).read_bytes()
    boxes = ((8, b"ftyp", b""), (12, b"moof", b"tfdt"))
    rest = b"".join(length.to_bytes(4, "big") + kind + content for length, kind, content in boxes)
    (tmp_path / "more.mp4").write_bytes(data + rest)
    more = read(tmp_path / "more.mp4")
    assert (len(more.frames), {*more.codes} <= {"joined_films", "unread_rest"}) == (60, True)


def harmed(path, name, change):
    """Copy a film in fragments with its third one's head changed."""
    data = bytearray(path.read_bytes())
    at = -1
    for _ in range(3):
        at = data.find(b"moof", at + 1)
    change(data, at - 4)
    path.with_name(name).write_bytes(data)
    return path.with_name(name)


def empty(data, at):
    data[at : at + 300] = bytes(300)


def longer(data, at):
    data[at] ^= 1  # 16 MB more: beyond the end of the file


def shorter(data, at):
    pictures = data.find(b"mdat", at)
    data[pictures - 2] ^= 1 << data[pictures - 2].bit_length() - 1


@pytest.mark.parametrize("change", [empty, longer, shorter])
def test_fragments_behind_a_damaged_one_are_not_passed_over(tmp_path, change):
    film = write_film(tmp_path / "film.mp4", 100, options={"g": "10"}, container_options=FRAGMENTS)
    whole, left = read(film), read(harmed(film, "harmed.mp4", change))
    assert whole.codes == []
    assert len(left.frames) < 40
    (flag,) = (flag for flag in left.recording.flags if flag.code == "unread_rest")
    assert (flag.severity, flag.value > 0.6) == ("severe", True)


@pytest.mark.parametrize("rest", ["cut", "empty", "note"])
def test_fragments_that_end_within_one_or_with_little_else_are_as_they_were(tmp_path, rest):
    film = write_film(tmp_path / "film.mp4", 100, options={"g": "10"}, container_options=FRAGMENTS)
    data = film.read_bytes()
    other = tmp_path / "other.mp4"
    other.write_bytes({"empty": data + bytes(len(data)), "note": data + b"x" * (len(data) // 200)}.get(rest, data))
    other = cut(film, other, 0.995) if rest == "cut" else other
    found = read(other)
    assert len(found.frames) > 90
    assert "unread_rest" not in found.codes


def test_a_whole_film_whose_pictures_last_to_the_end_of_the_file_is_whole(tmp_path):
    film = write_film(tmp_path / "film.mp4", 60, container_options={"movflags": "faststart"})
    data = bytearray(film.read_bytes())
    at = data.find(b"mdat")
    data[at - 4 : at] = bytes(4)
    film.write_bytes(data)
    assert read(film).codes == []
