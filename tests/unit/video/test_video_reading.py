from __future__ import annotations

import hashlib
import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from make_faults import cut, number_of, picture, rotted, side_by_side, trim, write_film, write_sound
from video_reading import read

from detector.video import container
from detector.video.decoding import Decoder

SAMPLES = Path(__file__).parents[3] / "samples" / "clips"
FILMS = {
    "a.mp4": {},
    "b.mp4": {"options": {"bf": "2"}},
    "open.mkv": {"options": {"bf": "2", "x264-params": "open-gop=1"}},
    "a.ts": {"options": {"bf": "2"}},
    "m.avi": {"codec": "mjpeg", "pixel_format": "yuvj420p"},
    "x.avi": {"codec": "mpeg4"},
    "v.webm": {"codec": "libvpx-vp9", "options": {"deadline": "realtime", "cpu-used": "8"}},
    "ten.mp4": {"pixel_format": "yuv420p10le"},
    "full.mp4": {"pixel_format": "yuvj420p"},
    "gray.mkv": {"codec": "ffv1", "pixel_format": "gray"},
    "deep.mkv": {"codec": "ffv1", "pixel_format": "gray16le"},
    "raw.avi": {"codec": "rawvideo", "pixel_format": "bgr24"},
    "rgb.mkv": {"codec": "libx264rgb", "pixel_format": "rgb24"},
    "fragments.mp4": {"container_options": {"movflags": "frag_keyframe+empty_moov"}},
}


@pytest.mark.parametrize("name", FILMS)
def test_every_picture_comes_out_once_in_order_and_on_time(tmp_path, name):
    path = write_film(tmp_path / name, 40, **FILMS[name])
    result = read(path)
    assert [number_of(frame.luma) for frame in result.frames] == list(range(40))
    assert result.times == pytest.approx([0.04 * number for number in range(40)], abs=1e-9)
    assert result.torn == [0]
    assert all(frame.clean for frame in result.frames)
    recording = result.recording
    assert (recording.fps, recording.variable_rate, recording.n_frames) == (25.0, False, 40)
    assert recording.time.claimed_s == pytest.approx(1.6)
    assert not recording.time.missing
    assert result.codes == []
    assert recording.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert recording.size_bytes == path.stat().st_size
    assert recording.id == path.stem


@pytest.mark.parametrize("container", ["avi", "asf"])
def test_b_frames_are_put_in_order_where_the_file_tells_when_they_are_decoded(tmp_path, container):
    result = read(write_film(tmp_path / f"b.{container}", 150, options={"bf": "2"}))
    assert [number_of(frame.luma) for frame in result.frames] == list(range(150))
    assert result.times == pytest.approx([0.04 * number for number in range(150)])
    assert result.codes == ["pts_guessed"]


def test_variable_rate_keeps_its_own_times(tmp_path):
    steps = [33] * 40 + [100] * 20 + [40] * 40
    stamps = [sum(steps[:number]) for number in range(100)]
    for name in ("a.mkv", "a.mp4"):
        result = read(write_film(tmp_path / name, 100, times=stamps))
        assert result.times == pytest.approx([stamp / 1000 for stamp in stamps], abs=1e-9)
        assert result.torn == [0]
        assert result.recording.variable_rate
        assert "vfr" in result.codes


def test_rounding_of_a_steady_rate_is_not_variable(tmp_path):
    result = read(write_film(tmp_path / "a.mkv", 90, times=[round(number * 1000 / 30) for number in range(90)]))
    assert result.codes == []
    assert result.recording.fps == pytest.approx(30, abs=0.4)


@pytest.mark.parametrize("name", ["a.mkv", "a.mp4", "a.ts"])
def test_a_late_start_is_taken_off(tmp_path, name):
    result = read(write_film(tmp_path / name, times=[3_600_000 + 40 * number for number in range(50)]))
    assert result.recording.start_s == pytest.approx(3600)
    assert result.recording.time.claimed_s == pytest.approx(2.0)
    assert result.codes == []


def test_a_gap_costs_nothing_and_is_accounted_for(tmp_path):
    stamps = [40 * number + (7_200_000 if number >= 25 else 0) for number in range(50)]
    result = read(write_film(tmp_path / "a.mkv", times=stamps))
    assert result.torn == [0, 25]
    (gap,) = result.recording.time.missing
    assert (gap.onset_s, gap.offset_s, gap.reason) == (pytest.approx(1.0), pytest.approx(7201.0), "gap")
    assert result.recording.time.analysed_s == pytest.approx(2.0)
    assert result.codes == ["gaps"]


def test_slow_and_impossible_rates_are_flagged(tmp_path):
    for fps, severity in ((1, "severe"), (12, "warning")):
        flags = read(write_film(tmp_path / f"{fps}.mp4", fps=fps)).recording.flags
        assert [(flag.code, flag.severity, flag.value) for flag in flags] == [("fps_too_low", severity, fps)]
    assert read(write_film(tmp_path / "240.mp4", fps=240)).codes == []
    assert read(write_film(tmp_path / "900.mkv", times=list(range(50)))).codes == ["implausible_fps"]


def test_raw_streams_need_a_rate(tmp_path):
    result = read(write_film(tmp_path / "a.h264", container="h264"), fps=20)
    assert result.times == pytest.approx([0.05 * number for number in range(50)])
    assert result.codes == ["no_timestamps"]


@pytest.mark.parametrize(
    ("degrees", "flip"), [(-90, False), (90, False), (180, False), (0, True), (-90, True), (90, True)]
)
def test_pictures_come_out_upright(tmp_path, degrees, flip):
    film = write_film(tmp_path / "a.mp4", 12, rotation=(degrees, flip))
    with av.open(str(film)) as opened:
        stored = next(opened.decode(video=0)).to_ndarray()[:120]
    result = read(film)
    turned = np.rot90(stored, degrees // 90)
    want = turned[:, ::-1] if flip else turned
    assert (result.frames[0].luma == want).all()
    assert (result.recording.height, result.recording.width) == want.shape
    assert result.recording.rotation_deg == (degrees if flip else -degrees) % 360  # it counts from a mirrored picture
    assert result.recording.mirrored == flip
    assert result.codes == ["rotated"]
    small = read(film, (30, 40) if want.shape == (160, 120) else (40, 30))
    assert small.frames[0].luma.mean() == pytest.approx(want.mean(), abs=1)


def test_files_that_end_early_say_so(tmp_path):
    for name, options in (("a.mp4", {"movflags": "faststart"}), ("a.mkv", {})):
        whole = write_film(tmp_path / name, 100, container_options=options)
        result = read(cut(whole, tmp_path / f"cut{name}", 0.6))
        assert "truncated" in result.codes
        assert result.claimed_s == pytest.approx(4.0)
        time = result.recording.time
        assert time.claimed_s == pytest.approx(4.0)
        assert time.missing[-1].reason == "truncated"
        assert time.missing_s == pytest.approx(4.0 - 0.04 * len(result.frames), abs=0.01)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_sound_that_goes_on_is_no_picture_that_is_missing(tmp_path, name):
    film = write_sound(tmp_path / name, 5, film=write_film(tmp_path / "film.mp4", 50))
    assert read(film).codes == []
    assert read(film).recording.time.claimed_s == pytest.approx(2.0, abs=0.01)


def test_two_streams_take_the_larger_picture(tmp_path):
    path = tmp_path / "two.mkv"
    with av.open(str(path), "w") as output:
        streams = []
        for width, height in ((64, 48), (160, 120)):
            stream = output.add_stream("mpeg4", rate=25)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            streams.append(stream)
        for number in range(20):
            for stream in streams:
                grey = picture(number, stream.width, stream.height)
                frame = av.VideoFrame.from_ndarray(grey, "gray").reformat(format="yuv420p")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                output.mux(stream.encode(frame))
        for stream in streams:
            output.mux(stream.encode(None))
    assert read(path).recording.width == 160
    assert read(path, stream=0).recording.width == 64
    assert read(path).codes == ["several_streams"]


def test_a_change_of_size_is_not_compared_across(tmp_path):
    small = write_film(tmp_path / "small.h264", 20, container="h264")
    large = write_film(tmp_path / "large.h264", 20, container="h264", make=lambda number: picture(number, 192, 144))
    (tmp_path / "both.h264").write_bytes(small.read_bytes() + large.read_bytes())
    result = read(tmp_path / "both.h264", (80, 60), fps=25)
    assert len(result.frames) == 40
    assert result.torn == [0, 20]
    assert "size_change" in result.codes


def test_still_pictures_are_counted(tmp_path):
    result = read(write_film(tmp_path / "a.mp4", make=lambda _: picture(7)))
    assert result.codes == ["duplicate_frames"]


def test_interlaced_video_is_flagged(tmp_path):
    assert "interlaced" in read(write_film(tmp_path / "a.mp4", options={"x264-params": "tff=1:bframes=0"})).codes


@pytest.mark.parametrize("options", [{}, {"bf": "2"}])
def test_what_damage_leaves_does_not_depend_on_threads(tmp_path, monkeypatch, options):
    film = write_film(tmp_path / "a.mkv", 100, options=options)
    for seed in range(6):
        path = rotted(film, tmp_path / "rot.mkv", start=0.3, stop=0.5, n_bytes=4, seed=seed)
        left = []
        for threads in (1, 4):
            monkeypatch.setattr(container, "THREADS", threads)
            result = read(path)
            assert "damaged" in result.codes
            assert any(span.reason == "damaged" for span in result.recording.time.masked)
            left.append([(frame.time_s, frame.joined, frame.luma.tobytes()) for frame in result.frames if frame.clean])
        assert left[0] == left[1]
        assert 40 < len(left[0]) < 100


def test_unmasked_pictures_are_those_of_the_whole_film(tmp_path):
    film = write_film(tmp_path / "a.mkv", 100)
    whole = {round(frame.time_s, 3): frame.luma.tobytes() for frame in read(film).frames}
    result = read(rotted(film, tmp_path / "rot.mkv", start=0.3, stop=0.5, n_bytes=1, seed=3))
    clean = [frame for frame in result.frames if frame.clean]
    assert 40 < len(clean) < 100
    assert all(whole[round(frame.time_s, 3)] == frame.luma.tobytes() for frame in clean)


@pytest.mark.parametrize(("at", "how"), [(703_764, "zeros"), (378_249, "noise"), (654_917, "noise")])
def test_a_hurt_decoder_moves_no_time_of_what_follows(tmp_path, at, how):
    film, hurt = SAMPLES / "trains.mp4", tmp_path / "trains.mp4"
    data = bytearray(film.read_bytes())
    data[at : at + 40_000] = bytes(40_000) if how == "zeros" else random.Random(5).randbytes(40_000)
    hurt.write_bytes(data)
    whole = [round(frame.time_s, 3) for frame in read(film, (64, 48)).frames]
    result = read(hurt, (64, 48))
    assert [round(time_s, 3) for time_s in result.times[-40:]] == whole[-40:]
    assert {round(frame.time_s, 3) for frame in result.frames if frame.clean} <= set(whole)
    assert "clock_jump" not in result.codes


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_film_that_an_edit_list_trims_is_whole_from_its_first_picture(tmp_path, codec):
    film = write_film(tmp_path / "a.mp4", 100, codec=codec, options={"bf": "2"})
    result, whole = read(trim(film, tmp_path / "trimmed.mp4", n_frames=25)), read(film)
    assert result.recording.time.masked == ()
    assert result.codes == whole.codes
    assert [frame.luma.tobytes() for frame in result.frames] == [frame.luma.tobytes() for frame in whole.frames[25:]]


@pytest.mark.parametrize("at", [0.5, 0.6, 0.7])
def test_chunks_that_are_lost_move_no_time_of_an_avi(tmp_path, at):
    film = write_film(tmp_path / "a.avi", 100, codec="mpeg4")
    whole = {frame.luma.tobytes(): round(frame.time_s, 3) for frame in read(film).frames}
    data = bytearray(film.read_bytes())
    place = int(at * len(data))
    data[place : place + len(data) // 10] = bytes(len(data) // 10)
    film.write_bytes(data)
    result = read(film)
    clean = [frame for frame in result.frames if frame.clean]
    assert len(result.frames) < 100
    assert all(whole[frame.luma.tobytes()] == round(frame.time_s, 3) for frame in clean)
    assert result.recording.time.claimed_s == pytest.approx(4.0)
    assert {"gaps", "damaged"} <= set(result.codes)
    assert "truncated" not in result.codes


def test_pictures_that_a_decoder_leaves_out_without_a_word_are_damage(tmp_path, monkeypatch):
    options = {"x265-params": "keyint=10:min-keyint=10:scenecut=0:open-gop=0:log-level=error"}
    film, decoded = write_film(tmp_path / "a.mp4", 100, codec="libx265", options=options), Decoder._decoded

    def some(self, packet):
        tick = 25 * self._stream.time_base
        return [frame for frame in decoded(self, packet) if not 30 <= round(frame.pts * tick) < 35]

    monkeypatch.setattr(Decoder, "_decoded", some)
    result = read(film)
    assert [span.reason for span in result.recording.time.missing] == ["gap"]
    masked = [number_of(frame.luma) for frame in result.frames if not frame.clean]
    assert masked == list(range(35, 50))  # the key frame at 40 comes too soon


@pytest.mark.parametrize("options", [{"g": "40"}, {"g": "40", "bf": "2"}, {"g": "1"}])
def test_streams_one_behind_the_other_are_whole_at_their_joint(tmp_path, options):
    film = write_film(tmp_path / "a.ts", 90, options=options)
    whole = [frame.luma.tobytes() for frame in read(film).frames]
    second = read(one_behind_the_other(tmp_path, film, film)).frames[-90:]
    assert all(frame.clean for frame in second)
    assert [frame.luma.tobytes() for frame in second] == whole
    assert not second[0].joined


def one_behind_the_other(tmp_path, *films):
    joined = tmp_path / "joined.ts"
    joined.write_bytes(b"".join(film if isinstance(film, bytes) else film.read_bytes() for film in films))
    return joined


@pytest.mark.parametrize("share", [0.4, 0.5, 0.6, 0.7, 0.8])
def test_a_first_stream_that_was_cut_off_spoils_nothing_of_the_second(tmp_path, share):
    film = write_film(tmp_path / "a.ts", 90, options={"g": "40", "bf": "2"})
    whole = {frame.luma.tobytes() for frame in read(film).frames}
    data = film.read_bytes()
    result = read(one_behind_the_other(tmp_path, data[: int(share * len(data)) // 188 * 188], film))
    clean = [frame.luma.tobytes() for frame in result.frames if frame.clean]
    assert len(clean) > 80
    assert set(clean) <= whole


@pytest.mark.parametrize("place", range(8))
def test_damage_right_behind_a_joint_is_seen(tmp_path, place):
    film = write_film(tmp_path / "a.ts", 90, options={"g": "40", "bf": "2"})
    whole = {frame.luma.tobytes() for frame in read(film).frames}
    data = bytearray(film.read_bytes())
    hole = 188 * (4 + 3 * place)
    damaged = bytes(data[:hole] + data[hole + 188 :])
    result = read(one_behind_the_other(tmp_path, film, damaged))
    clean = {frame.luma.tobytes() for frame in result.frames if frame.clean}
    assert clean <= whole
    assert len(result.frames) > 160


def test_a_short_stream_before_a_long_one_keeps_its_time(tmp_path):
    films = [write_film(tmp_path / f"{n}.ts", n) for n in (50, 90)]
    result = read(one_behind_the_other(tmp_path, *films))
    assert result.recording.time.claimed_s == pytest.approx(5.6)
    assert result.times == pytest.approx([0.04 * number for number in range(140)])


@pytest.mark.parametrize("fast", [False, True])
def test_the_decoder_behind_a_joint_has_the_limits_of_the_first(tmp_path, monkeypatch, fast):
    film = one_behind_the_other(tmp_path, *2 * [write_film(tmp_path / "a.ts", 60)])
    made, begin = [], Decoder._begin_anew

    def begin_anew(self):
        begin(self)
        made.append(dict(self._context.options))

    monkeypatch.setattr(Decoder, "_begin_anew", begin_anew)
    read(film, fast=fast, max_pixels=1_000_000)
    assert made == [{"max_pixels": "1000000"} | ({"skip_loop_filter": "all"} if fast else {})]


@pytest.mark.parametrize("codec", ["mpeg4", "mjpeg"])
def test_a_cut_avi_is_as_long_as_it_was_to_be(tmp_path, codec):
    pixels = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    whole = write_film(tmp_path / "whole.avi", 100, codec=codec, pixel_format=pixels)
    assert read(whole).codes == []
    time = read(cut(whole, tmp_path / "cut.avi", 0.6)).recording.time
    (missing,) = time.missing
    assert (time.claimed_s, missing.reason) == (pytest.approx(4.0), "truncated")
    assert 1.2 < missing.duration_s < 3.0


def test_a_preview_is_not_the_film_however_large(tmp_path):
    film = write_film(tmp_path / "film.mp4", 50)
    preview = write_film(tmp_path / "preview.mp4", 1, make=lambda _: np.zeros((480, 640), np.uint8))
    found = read(side_by_side([preview, film], tmp_path / "two.mkv"))
    assert (len(found.frames), found.recording.width, found.codes) == (50, 160, ["several_streams"])
