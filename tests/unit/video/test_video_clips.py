"""Clips keep the original times exactly, show the right frames upright, and carry nothing else."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from make_faults import number_of, write_film
from video_reading import read

import detector.video.clips
from detector.config import VideoSettings
from detector.errors import RecordingError
from detector.records.clips import ClipReason
from detector.video.arrows import flow_arrows
from detector.video.clips import ClipRequest, cut_clips, planes_from_start
from detector.video.container import open_file
from detector.video.frames import Orientation
from detector.video.from_start import timed_pictures
from detector.video.pictures import coarse, coarse_all, filmstrip, in_colour, small_picture, small_planes
from detector.video.stills import first_time_s, still_picture, stills_at

UNEVEN = np.cumsum([0, *([40, 33, 61, 40, 250, 17] * 20)]).tolist()
FILMS = {
    "steady.mp4": {"n_frames": 100},
    "b-frames.mp4": {"n_frames": 100, "options": {"bf": "2", "g": "40"}},
    "uneven.mp4": {"n_frames": 100, "times": UNEVEN},
    "late.mkv": {"n_frames": 100, "times": [t + 5000 for t in UNEVEN]},
    "stream.ts": {"n_frames": 100, "options": {"bf": "2"}},
    "whole.mkv": {"n_frames": 100, "codec": "ffv1"},
}


def request(from_s=1.0, to_s=2.0, **changes):
    peak_s = (from_s + to_s) / 2
    values = {"movement": "jerk-0001", "choice": ClipReason.ALL, "onset_s": peak_s - 0.1, "peak_s": peak_s}
    values |= {"offset_s": peak_s + 0.1, "x": 0.5, "y": 0.5}
    return ClipRequest(from_s=from_s, to_s=to_s, **(values | changes))


def frames_of(path):
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        return [(float(f.pts * stream.time_base), f.to_ndarray(format="gray")) for f in file.decode(stream)]


@pytest.mark.parametrize("name", sorted(FILMS))
def test_times_and_pictures_are_those_of_the_recording(tmp_path, name):
    film = read(write_film(tmp_path / name, **FILMS[name]))
    with open_file(tmp_path / name, VideoSettings()) as opened:
        (clip,) = cut_clips(opened, [request()], tmp_path, start_s=film.recording.start_s)
    wanted = [frame for frame in film.frames if 1.0 <= frame.time_s <= 2.0]
    assert clip.times_s == pytest.approx([frame.time_s for frame in wanted], abs=1e-9)
    shown = frames_of(tmp_path / clip.file)
    assert [time for time, _ in shown] == pytest.approx(np.array(clip.times_s) - clip.times_s[0], abs=1 / 180_000)
    assert [number_of(luma) for _, luma in shown] == [number_of(frame.luma) for frame in wanted]
    assert clip.end_s > clip.times_s[-1]


def test_clip_holds_one_video_stream_and_no_metadata(tmp_path):
    film = write_film(tmp_path / "a.mp4", 100, container_options={"metadata": "title=Anna"})
    with open_file(film, VideoSettings()) as opened:
        cut_clips(opened, [request()], tmp_path, start_s=0.0)
    with av.open(str(tmp_path / "jerk-0001.mp4")) as clip:
        assert [stream.type for stream in clip.streams] == ["video"]
        assert clip.streams.video[0].codec_context.name == "h264"
        assert clip.streams.video[0].pix_fmt == "yuv420p"
        assert set(clip.metadata) <= {"major_brand", "minor_version", "compatible_brands"}
    assert b"Lavf" not in (tmp_path / "jerk-0001.mp4").read_bytes()


def test_a_picture_that_needs_no_scaling_is_encoded_as_any_other(tmp_path):
    """The decoder's own frames say how they were coded: that must not become how the clip is coded."""
    tags = {"colorspace": "smpte170m", "color_range": "tv"}
    film = write_film(tmp_path / "a.mp4", 100, options={"g": "2", "bf": "0", **tags})
    with open_file(film, VideoSettings()) as opened:
        cut_clips(opened, [request()], tmp_path, start_s=0.0)
    with av.open(str(tmp_path / "jerk-0001.mp4")) as clip:
        keys = [k for k, frame in enumerate(clip.decode(video=0)) if frame.key_frame]
    assert keys == [0, 15]


def test_same_clip_same_bytes(tmp_path):
    film = write_film(tmp_path / "a.mp4", 100)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        with open_file(film, VideoSettings()) as opened:
            cut_clips(opened, [request()], tmp_path / folder, start_s=0.0)
    for name in ("jerk-0001.mp4", "jerk-0001.jpg"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(("turn", "flip"), [(90, False), (180, True), (270, False)])
def test_pictures_are_upright(tmp_path, turn, flip):
    film = read(write_film(tmp_path / "turned.mp4", 60, rotation=(turn, flip)))
    with open_file(tmp_path / "turned.mp4", VideoSettings()) as opened:
        still = still_picture(opened, 1.0, start_s=0.0)
    luma = next(frame.luma for frame in film.frames if frame.time_s >= 1.0)
    grey = cv2.cvtColor(still, cv2.COLOR_BGR2GRAY).astype(float)
    assert grey.shape == luma.shape
    assert np.corrcoef(grey.ravel(), luma.ravel().astype(float))[0, 1] > 0.98


@pytest.mark.parametrize("colorspace", [1, 2], ids=["bt709", "untagged"])
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full range"])
@pytest.mark.parametrize("turn", [Orientation(), Orientation(90), Orientation(180, True), Orientation(270)])
def test_planes_are_the_small_picture_upright_in_the_same_colours(turn, full, colorspace):
    across, down = np.meshgrid(np.linspace(20, 230, 96), np.linspace(20, 230, 64))
    picture = np.stack((across, down, np.full_like(across, 90)), axis=-1).astype(np.uint8)
    frame = VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuvj420p" if full else "yuv420p")
    frame.colorspace, frame.color_range = colorspace, 2 if full else 1
    planes = small_planes(frame, 48, turn, VideoReformatter())
    wanted = small_picture(frame, 48, turn)
    assert planes.shape == (wanted.shape[0] * 3 // 2, wanted.shape[1])
    assert np.abs(in_colour(planes).astype(int) - wanted).mean() < 3


def test_requests_come_in_any_order_and_past_the_end_there_is_none(tmp_path):
    film = write_film(tmp_path / "a.mp4", 100)
    asked = [request(2.5, 3.0, movement="b"), request(0.0, 0.4, movement="a"), request(9.0, 10.0, movement="c")]
    told = []
    with open_file(film, VideoSettings()) as opened:
        clips = cut_clips(opened, asked, tmp_path, start_s=0.0, progress=lambda done, of: told.append((done, of)))
        still = still_picture(opened, 1.0, start_s=0.0)  # the same opening serves, though its end was reached
    assert number_of(still[..., 0]) == 25
    assert [(clip.movement, clip.times_s[0]) for clip in clips] == [("b", pytest.approx(2.52)), ("a", 0.0)]
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("hidden", [(), (((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)),)], ids=["plain", "pixelated"])
def test_stretches_that_lie_together_are_decoded_once_and_show_what_each_shows_alone(tmp_path, monkeypatch, hidden):
    film = write_film(tmp_path / "a.mp4", 250)
    stretches = [(0.5, 2.0), (0.7, 3.0), (0.9, 1.5), (3.5, 4.0), (3.6, 3.9), (7.0, 8.0), (9.5, 10.2)]
    asked = [request(*stretch, movement=f"m{k}") for k, stretch in enumerate(stretches)]
    searches = []
    sought = detector.video.clips.frames_from
    monkeypatch.setattr(detector.video.clips, "frames_from", lambda *at: searches.append(at[1]) or sought(*at))
    with open_file(film, VideoSettings()) as opened:
        together = cut_clips(opened, asked, tmp_path, start_s=0.0, pixelate=hidden)
        assert searches == [0.5, 7.0, 9.5]
        (tmp_path / "alone").mkdir()
        for one, clip in zip(asked, together, strict=True):
            (alone,) = cut_clips(opened, [one], tmp_path / "alone", start_s=0.0, pixelate=hidden)
            assert alone == clip
            assert (tmp_path / "alone" / clip.file).read_bytes() == (tmp_path / clip.file).read_bytes()


@pytest.mark.parametrize("lost", [0, 90_000], ids=["whole", "cut in its middle"])
@pytest.mark.parametrize(("at_s", "gop"), [(1.0, 300), (3.0, 300), (7.5, 100), (11.5, 300)])
def test_moments_of_a_transport_stream_are_found_far_from_its_key_frames(tmp_path, at_s, gop, lost):
    """A search by time leads to any packet of it, and nothing can be decoded before the next key frame."""
    options = {"g": str(gop), "keyint_min": str(gop), "sc_threshold": "0", "bf": "3"}
    path = write_film(tmp_path / "a.ts", 700, options=options)
    content = path.read_bytes()
    path.write_bytes(content[lost // 188 * 188 :])
    film = read(path)
    first_s = next(frame.time_s for frame in film.frames if frame.clean)
    wanted = [frame for frame in film.frames if first_s + at_s <= frame.time_s <= first_s + at_s + 1.0]
    on_s = first_s + at_s
    with open_file(path, VideoSettings()) as opened:
        start_s = film.recording.start_s
        (clip,) = cut_clips(opened, [request(on_s, on_s + 1.0)], tmp_path, start_s=start_s)
    assert clip.times_s == pytest.approx([frame.time_s for frame in wanted])
    shown = [number_of(picture) for _, picture in frames_of(tmp_path / clip.file)]
    assert shown == [number_of(frame.luma) for frame in wanted]
    ((time_s, still),) = stills_at(path, (on_s + 0.5,), start_s=start_s, settings=VideoSettings())
    shown = min(((f.time_s, number_of(f.luma)) for f in wanted), key=lambda one: abs(one[0] - on_s - 0.5))
    assert (time_s, number_of(still)) == (pytest.approx(shown[0]), shown[1])


def test_a_clip_that_would_not_show_its_movement_is_not_made(tmp_path):
    film = write_film(tmp_path / "a.mp4", 100)
    with open_file(film, VideoSettings()) as opened:
        clips = cut_clips(opened, [request(2.0, 3.0, peak_s=1.5)], tmp_path, start_s=0.0)
    assert clips == ()
    assert not list(tmp_path.glob("jerk*"))


def test_no_picture_at_a_time_is_said(tmp_path):
    film = write_film(tmp_path / "a.mp4", 30)
    with open_file(film, VideoSettings()) as opened:
        with pytest.raises(RecordingError, match="no picture at 99"):
            still_picture(opened, 99.0, start_s=0.0)
        assert first_time_s(opened) == 0.0


def test_a_region_is_made_coarse_and_nothing_else():
    picture = np.random.default_rng(1).integers(0, 255, (90, 160, 3), dtype=np.uint8)
    square = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
    out = coarse(picture, [square])
    assert (out[:, :70] == picture[:, :70]).all()
    assert (out[:, 80:] == coarse_all(picture)[:, 80:]).all()
    assert len(np.unique(out[:, 90:].reshape(-1, 3), axis=0)) < 300
    assert coarse(picture, []) is picture


@pytest.mark.parametrize("x", [0.0, 0.5, 1.0, float("nan")])
def test_filmstrip_is_six_pictures_of_the_place(x):
    pictures = [(k / 25, np.full((90, 160, 3), 10 * k, np.uint8)) for k in range(20)]
    strip = cv2.imdecode(np.frombuffer(filmstrip(pictures, (0.2, 0.3, 0.5), x, x), np.uint8), cv2.IMREAD_COLOR)
    assert strip.shape[1] == 3 * 200 + 2 * 3
    assert strip[10, 10, 0] < strip[-10, -10, 0]


def moved(shift_px):
    """Return twenty pictures of a speckled square that is moved to the right in the eighth, and only there."""
    ground = np.full((180, 320, 3), 90, np.uint8)
    square = cv2.GaussianBlur(np.random.default_rng(2).integers(60, 255, (60, 60), dtype=np.uint8), (0, 0), 2)
    pictures = []
    for k in range(20):
        picture = ground.copy()
        left = 130 + (shift_px if k == 8 else 0)
        picture[60:120, left : left + 60] = square[..., None]
        pictures.append((k / 20, picture))
    return pictures


def coloured(strip):
    """Return how many points of each of the six pictures are orange."""
    sheet = cv2.imdecode(np.frombuffer(strip, np.uint8), cv2.IMREAD_COLOR).astype(int)
    orange = sheet[..., 2] - sheet[..., 0] > 60
    half = sheet.shape[0] // 2
    return [int(part.sum()) for row in (orange[:half], orange[half:]) for part in np.array_split(row, 3, axis=1)]


def test_arrows_stand_in_the_peak_and_nowhere_else():
    found = coloured(filmstrip(moved(10), (0.3, 0.4, 0.5), 0.5, 0.5))
    assert found[3] > 50
    assert sum(found) == found[3]
    assert coloured(filmstrip(moved(0), (0.3, 0.4, 0.5), 0.5, 0.5)) == [0] * 6


def test_no_arrow_begins_where_the_picture_was_made_coarse():
    whole = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    corner = ((0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.1))
    assert coloured(filmstrip(moved(10), (0.3, 0.4, 0.5), 0.5, 0.5, [whole])) == [0] * 6
    assert coloured(filmstrip(moved(10), (0.3, 0.4, 0.5), 0.5, 0.5, [corner]))[3] > 50


def test_flow_arrows_are_the_shift():
    rest, peak = (cv2.cvtColor(moved(6)[k][1], cv2.COLOR_BGR2GRAY) for k in (0, 8))
    arrows = flow_arrows(rest, peak)
    inside = (arrows[:, 0] > 140) & (arrows[:, 0] < 180) & (arrows[:, 1] > 65) & (arrows[:, 1] < 115)
    assert inside.sum() >= 4
    assert np.median(arrows[inside, 2]) == pytest.approx(6, abs=1)
    assert np.median(arrows[inside, 3]) == pytest.approx(0, abs=1)


@pytest.mark.parametrize("shape", [(5, 160), (13, 64), (160, 3), (1, 1)])
def test_a_picture_too_low_for_the_flow_finder_has_arrows_or_none(shape):
    rest = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    assert len(flow_arrows(rest, rest)) == 0
    assert flow_arrows(rest, np.roll(rest, 2, axis=1)).shape[1] == 4


@pytest.mark.parametrize(("grey", "shown"), [(30, 120), (100, 200), (160, 160)])
def test_a_dark_strip_is_brightened_evenly(grey, shown):
    dark = [(k / 20, np.full((90, 160, 3), grey, np.uint8)) for k in range(20)]
    sheet = cv2.imdecode(np.frombuffer(filmstrip(dark, (0.3, 0.4, 0.5), 0.5, 0.5), np.uint8), cv2.IMREAD_COLOR)
    assert [int(sheet[20, 20, 0]), int(sheet[-20, -20, 0])] == pytest.approx([shown, shown], abs=2)


LOOKS = {
    "clips": lambda opened: cut_clips(opened, [request()], opened.path.parent, start_s=0.0),
    "still": lambda opened: still_picture(opened, 0.5, start_s=0.0),
    "moments": lambda opened: stills_at(opened.path, [0.5], start_s=0.0, settings=VideoSettings()),
}


@pytest.mark.parametrize("look", LOOKS)
def test_pictures_without_times_are_refused_in_words(look, tmp_path):
    film = write_film(tmp_path / "raw.h264", container="h264")
    with pytest.raises(RecordingError) as caught, open_file(film, VideoSettings()) as opened:
        LOOKS[look](opened)
    assert caught.value.code == "no_timestamps"


def joined(tmp_path):
    film = write_film(tmp_path / "one.ts", 100, options={"bf": "2"}).read_bytes()
    (tmp_path / "joined.ts").write_bytes(film + film)
    return tmp_path / "joined.ts", VideoSettings()


def untimed(tmp_path):
    return write_film(tmp_path / "raw.h264", 150, container="h264"), VideoSettings(fps=25)


@pytest.mark.parametrize("make", [joined, untimed])
@pytest.mark.parametrize("fast", [False, True])
def test_films_whose_time_stamps_lead_nowhere_are_read_from_their_start(tmp_path, make, fast):
    path, settings = make(tmp_path)
    settings = settings.model_copy(update={"fast": fast})
    film = read(path, **settings.model_dump(exclude={"stream"}))
    assert not film.recording.sought
    with open_file(path, settings) as opened:
        found = list(timed_pictures(opened, settings, lambda frame: number_of(frame.to_ndarray(format="gray"))))
    assert found == [(frame.time_s, number_of(frame.luma)) for frame in film.frames]
    asked = [request(1.0, 2.0, movement="a"), request(1.5, 2.6, movement="b"), request(4.2, 4.8, movement="c")]
    with open_file(path, settings) as opened:
        clips = cut_clips(opened, asked, tmp_path, start_s=0.0, from_start=planes_from_start(opened, settings))
    for clip, wanted in zip(clips, asked, strict=True):
        shown = [(time, number) for time, number in found if wanted.from_s <= time <= wanted.to_s]
        assert clip.times_s == tuple(time for time, _ in shown)
        assert [number_of(picture) for _, picture in frames_of(tmp_path / clip.file)] == [number for _, number in shown]
    stills = stills_at(path, (1.0, 4.5), start_s=0.0, settings=settings, sought=False)
    assert [(time, number_of(picture)) for time, picture in stills] == [
        min(found, key=lambda pair: abs(pair[0] - moment)) for moment in (1.0, 4.5)
    ]
