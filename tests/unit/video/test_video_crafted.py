"""Files that are odd on purpose, or by way of a careless tool: what is left out is said, and no number is believed."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from make_faults import cut, earlier, number_of, picture, side_by_side, write_film, write_sound
from video_reading import read

from detector.video import container
from detector.video.doubled import Doubled


def test_a_stream_of_another_codec_behind_the_first_is_not_passed_over(tmp_path):
    films = [write_film(tmp_path / f"{codec}.ts", 90, codec=codec) for codec in ("libx264", "libx265")]
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(film.read_bytes() for film in films))
    result = read(joined)
    assert len(result.frames) == pytest.approx(90, abs=3)
    (flag,) = (flag for flag in result.recording.flags if flag.code == "undecoded")
    assert (flag.severity, flag.value) == ("severe", pytest.approx(0.5, abs=0.1))


def noisy(number):
    """A picture that takes some thousand bytes: of less, many share a block of an ASF file."""
    return np.random.default_rng(number).integers(0, 255, (120, 160), np.uint8)


@pytest.mark.parametrize("sound", [False, True])
def test_a_cut_wmv_is_as_long_as_it_was_to_be(tmp_path, sound):
    whole = write_film(tmp_path / "whole.wmv", 100, codec="wmv2", make=noisy)
    if sound:
        whole = write_sound(tmp_path / "sound.wmv", 4, film=whole)
    assert read(whole).codes == []
    result = read(cut(whole, tmp_path / "cut.wmv", 0.6))
    (missing,) = result.recording.time.missing
    assert result.recording.time.claimed_s == pytest.approx(4.0, abs=0.2)
    assert (missing.reason, missing.onset_s) == ("truncated", pytest.approx(0.04 * len(result.frames)))
    assert 1.0 < missing.duration_s < 3.0


@pytest.mark.parametrize("claim", [1e6, 1e12, 1e300, float("inf"), float("nan"), -1.0])
def test_a_length_beyond_belief_is_none(tmp_path, claim):
    film = write_film(tmp_path / "a.flv")
    data = bytearray(film.read_bytes())
    at = data.find(b"duration") + 9
    data[at : at + 8] = struct.pack(">d", claim)
    film.write_bytes(data)
    result = read(film)
    assert (result.recording.time.claimed_s, result.codes) == (pytest.approx(2.0), [])


@pytest.mark.parametrize("lengths", [(20, 50), (50, 20)])
def test_of_streams_as_large_the_longest_is_taken(tmp_path, lengths):
    films = [write_film(tmp_path / f"{n}.mp4", n) for n in lengths]
    found = read(side_by_side(films, tmp_path / "two.mp4"))
    assert (len(found.frames), found.codes) == (50, ["several_streams"])


@pytest.mark.parametrize("options", [{}, {"bf": "2"}])
@pytest.mark.parametrize("before", [1, 7, 30])
def test_what_a_matroska_file_holds_before_zero_is_timed(tmp_path, before, options):
    film = write_film(tmp_path / "a.mp4", 60, options=options)
    whole = read(film)
    result = read(earlier(film, tmp_path / "early.mkv", n_frames=before))
    assert [number_of(frame.luma) for frame in result.frames] == list(range(60))
    assert result.times == pytest.approx(whole.times, abs=1e-9)
    assert result.recording.start_s == pytest.approx(-0.04 * before)
    assert result.recording.time == whole.recording.time
    (flag,) = result.recording.flags
    assert (flag.code, flag.severity, flag.value) == ("pts_guessed", "warning", before)
    assert not result.recording.sought


@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize("bf", ["0", "2"])
def test_a_picture_that_is_refreshed_bit_by_bit_is_whole_again_after_damage(tmp_path, container, bf):
    options = {"x264-params": "intra-refresh=1:keyint=25:min-keyint=25", "g": "25", "bf": bf, "crf": "10"}
    film = write_film(tmp_path / f"a.{container}", 200, options=options, make=lambda n: picture(n) // 2 + noisy(n) // 8)
    whole = {round(frame.time_s, 3): frame.luma.tobytes() for frame in read(film).frames}
    data = bytearray(film.read_bytes())
    data[int(0.4 * len(data)) : int(0.41 * len(data))] = bytes(int(0.41 * len(data)) - int(0.4 * len(data)))
    film.write_bytes(data)
    result = read(film)
    clean = [frame for frame in result.frames if frame.joined]
    assert all(whole[round(frame.time_s, 3)] == frame.luma.tobytes() for frame in clean)
    assert result.recording.time.masked[-1].offset_s < 6.6
    assert clean[-1].time_s == max(whole)
    assert len(clean) > 100


@pytest.mark.parametrize("at_once", [1, 7])
@pytest.mark.parametrize("every", [1, 3])
def test_packets_that_were_sent_twice_are_read_once(tmp_path, monkeypatch, at_once, every):
    film = write_film(tmp_path / "a.ts", 60, options={"bf": "2"}, make=lambda n: picture(n) // 2 + noisy(n) // 8)
    data, size = film.read_bytes(), 188 * at_once
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    twice = tmp_path / "twice.ts"
    twice.write_bytes(b"".join(part * (2 if number % every == 0 else 1) for number, part in enumerate(parts)))
    monkeypatch.setattr(container, "READ_BYTES", 1 << 14)
    whole, result = read(film), read(twice)
    assert result.codes == whole.codes == []
    assert result.times == whole.times
    assert [frame.luma.tobytes() for frame in result.frames] == [frame.luma.tobytes() for frame in whole.frames]


def test_only_a_packet_that_comes_again_soon_is_emptied():
    packets = [b"G" + bytes([1, number, 16]) + bytes(184) for number in range(40)]
    far, near, torn = (
        [*packets, packets[0]],
        [*packets[:5], packets[3], *packets[5:]],
        [*packets, bytes(188), bytes(188)],
    )
    for row, n_emptied in ((far, 0), (near, 1), (torn, 0)):
        data, doubled = b"".join(row), Doubled()
        left = b"".join(doubled.emptied(data[at : at + 1880], at) for at in range(0, len(data), 1880))
        assert len(left) == len(data)
        assert sum(left[at + 1 : at + 3] == b"\x1f\xff" for at in range(0, len(left), 188)) == n_emptied
