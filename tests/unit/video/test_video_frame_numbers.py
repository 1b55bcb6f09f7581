"""H.264 pictures bear numbers: where one is missing, and time with it, what follows is not trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import pytest
from av.video.frame import PictureType

from detector.video.frame_numbers import FrameNumbers
from tests.faults.make_faults import lose, write_film
from tests.unit.video.video_reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CODED = {
    "plain": {"g": "25"},
    "B-frames": {"g": "25", "bf": "3", "x264-params": "b-pyramid=normal:open-gop=1:ref=4"},
    "matrices": {"g": "25", "x264-params": "cqm=jvt"},
    "slices": {"g": "25", "x264-params": "slices=4:aud=1:nal-hrd=cbr:vbv-maxrate=500:vbv-bufsize=500"},
}


def lost_in(path: Path) -> list[int]:
    """Return before which packets one is told to be lost."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        numbers = FrameNumbers.where_told(stream.codec_context)
        assert numbers is not None
        return [place for place, packet in enumerate(film.demux(stream)) if packet.size and numbers.lost(packet)]


def kinds_in(path: Path) -> list[str]:
    """Return of each packet how its picture was coded: I, P or B."""
    with av.open(str(path)) as film:
        kinds = {frame.pts: PictureType(frame.pict_type).name for frame in film.decode(video=0)}
    with av.open(str(path)) as film:
        return [kinds[packet.pts] for packet in film.demux(video=0) if packet.size]


@pytest.mark.parametrize("container", ["mkv", "mp4", "flv", "ts"])
@pytest.mark.parametrize("coded", CODED)
def test_a_lost_picture_is_told_and_nothing_else_is(tmp_path: Path, container: str, coded: str) -> None:
    film = write_film(tmp_path / "film.mp4", 60, options=CODED[coded])
    assert lost_in(lose(film, tmp_path / f"whole.{container}", ())) == []
    built_on = [n for n, kind in enumerate(kinds_in(film)) if kind == "P"]
    first, second = built_on[3], built_on[-3]
    told = lost_in(lose(film, tmp_path / f"hurt.{container}", {first, second}))
    assert len(told) == 2
    reordered = 8 if (container, coded) == ("mkv", "B-frames") else 0  # FFmpeg guesses when they were to be decoded
    assert 0 <= told[0] - first <= reordered
    assert 0 <= told[1] - (second - 1) <= reordered


@pytest.mark.parametrize(("between", "key_s"), [(0, 1.0), (3, 2.0)])  # told later, and too near to the first key frame
def test_what_builds_on_a_lost_picture_is_masked_to_the_next_key_frame(
    tmp_path: Path, between: int, key_s: float
) -> None:
    film = write_film(tmp_path / "film.mp4", 75, options={"g": "25", "bf": str(between), "x264-params": "b-adapt=0"})
    assert read(film).recording.time.masked == ()
    lost = next(n for n, kind in enumerate(kinds_in(film)) if kind == "P" and n >= 10)
    (span,) = read(lose(film, tmp_path / "hurt.mkv", {lost})).recording.time.masked
    assert 0.4 < span.onset_s < 0.6
    assert (span.offset_s, span.reason) == (pytest.approx(key_s), "damaged")


def test_nothing_is_masked_where_nothing_builds_on_what_is_lost(tmp_path: Path) -> None:
    options = {"g": "25", "bf": "2", "x264-params": "b-adapt=0:b-pyramid=0"}
    film = write_film(tmp_path / "film.mp4", 60, options=options)
    between = [n for n, kind in enumerate(kinds_in(film)) if kind == "B"]
    assert read(lose(film, tmp_path / "hurt.mkv", between[3:5])).recording.time.masked == ()


def test_a_camera_that_leaves_pictures_out_loses_nothing(tmp_path: Path) -> None:
    times = [40 * (n + (n > 20) * 2 + (n > 40)) for n in range(60)]
    film = write_film(tmp_path / "slow.mkv", 60, times=times, options={"g": "25"})
    assert lost_in(film) == []
    assert read(film).recording.time.masked == ()


def test_a_camera_that_counts_in_a_way_of_its_own_is_left_alone(tmp_path: Path) -> None:
    film = write_film(tmp_path / "whole.mkv", 60, options={"g": "25"})
    assert lost_in(lose(film, tmp_path / "odd.mkv", {10, 31}, late=False)) == []


def test_other_codecs_tell_no_numbers(tmp_path: Path) -> None:
    with av.open(str(write_film(tmp_path / "film.avi", 5, codec="mjpeg", pixel_format="yuvj420p"))) as film:
        assert FrameNumbers.where_told(film.streams.video[0].codec_context) is None


def golomb(value: int) -> str:
    bits = f"{value + 1:b}"
    return "0" * (len(bits) - 1) + bits


def unit(kind: int, *parts: str) -> bytes:
    """Return a unit with a mark before it."""
    bits = "".join(parts) + "1"
    bits += "0" * (-len(bits) % 8)
    return bytes([0, 0, 1, 0x60 | kind, *(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))])


def parameters(*, planes: str = "1", order: str = golomb(2), skips: str = "0", bits: int = 4) -> bytes:
    """Return a parameter set of 4:4:4 with one scaling list that ends early, and one that runs to its end."""
    rising = golomb(1) * 16
    lists = "1" + golomb(16) + "1" + rising + 10 * "0"
    head = f"{244:08b}" + 16 * "1" + golomb(0) + golomb(3) + planes + golomb(0) + golomb(0) + "0" + "1" + lists
    return unit(7, head, golomb(bits - 4), order, golomb(1), skips)


def told(head: bytes, numbers: Sequence[int], *, planes: str = "10", bits: int = 4) -> list[bool]:
    """Return what is said of slices with these numbers, a packet each; time is missing before all but two."""
    follower, out = FrameNumbers(b""), []
    for place, number in enumerate(numbers):
        packet = av.Packet(head + unit(1, golomb(0), golomb(5), golomb(0), planes, f"{number:0{bits}b}", 8 * "1"))
        packet.dts = 40 * place + 1000 * place * (place > 1)
        out.append(follower.lost(packet))
    return out


def test_every_kind_of_parameter_set_is_read() -> None:
    cycle = golomb(1) + "0" + golomb(2) + golomb(3) + golomb(2) + golomb(7) + golomb(8)
    for order in (golomb(0) + golomb(3), cycle, golomb(2)):
        assert told(parameters(order=order), [14, 15, 1, 2, 2]) == [False, False, True, False, False]
    assert told(parameters(planes="0"), [14, 15, 1], planes="") == [False, False, True]


def test_nothing_is_said_where_numbers_may_be_missing_or_cannot_be_read() -> None:
    assert not any(told(parameters(skips="1"), [14, 15, 1, 5]))
    assert not any(told(parameters()[:12], [14, 15, 1, 5]))
    assert not any(told(parameters() + parameters(bits=5), [14, 15, 1, 5]))
    assert not any(told(b"", [14, 15, 1, 5]))
    assert not any(told(parameters(), [14, 15, 1, 5], planes=20 * "0"))
    assert not FrameNumbers(parameters()).lost(av.Packet(unit(1)))


def test_the_sets_that_a_container_names_are_read() -> None:
    one = parameters()[3:]
    extradata = b"\1\x64\0\x1e\xff\xe1" + len(one).to_bytes(2, "big") + one
    follower, said = FrameNumbers(extradata), []
    for place, number in enumerate([14, 15, 1]):
        data = unit(1, golomb(0), golomb(5), golomb(0), "10", f"{number:04b}", 8 * "1")[3:]
        packet = av.Packet(len(data).to_bytes(4, "big") + data)
        packet.dts = 40 * place + 1000 * (place > 1)
        said.append(follower.lost(packet))
    assert said == [False, False, True]


def test_nothing_is_said_after_the_container_began_anew(tmp_path: Path) -> None:
    """As after a stream broke off and came back: FLV with a second head, and numbers of fewer bits than the first's."""
    times = [40 * (n + n // 7 * 2) for n in range(80)]  # the camera leaves pictures out now and then
    one = write_film(tmp_path / "a.flv", 40, options={"g": "10", "x264-params": "ref=16"})
    other = write_film(tmp_path / "b.flv", 80, times=times, options={"g": "250"})
    head = 13  # of the file, and the tag that says how long it is
    (tmp_path / "both.flv").write_bytes(one.read_bytes() + other.read_bytes()[head:])
    assert lost_in(tmp_path / "both.flv") == []


def test_sets_that_differ_say_nothing() -> None:
    sets = [parameters()[3:], parameters(bits=5)[3:]]
    extradata = b"\1\x64\0\x1e\xff\xe2" + b"".join(len(one).to_bytes(2, "big") + one for one in sets)
    assert not FrameNumbers(extradata)._known
