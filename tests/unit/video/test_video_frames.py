from __future__ import annotations

import struct

import av
import numpy as np
import pytest

from detector.video.frames import Orientation, orientation_of
from detector.video.scaling import LumaScaler

ONE = 65536


def matrix(a: int, b: int, c: int, d: int) -> bytes:
    return struct.pack("=9i", a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30)


@pytest.mark.parametrize("a", [-1, 0, 1])
@pytest.mark.parametrize("b", [-1, 0, 1])
@pytest.mark.parametrize("c", [-1, 0, 1])
@pytest.mark.parametrize("d", [-1, 0, 1])
def test_each_pixel_goes_where_the_matrix_sends_it(a, b, c, d):
    stored = np.arange(12, dtype=np.uint8).reshape(3, 4)
    orientation = orientation_of(matrix(a, b, c, d))
    upright = orientation.apply(stored)
    if sorted([abs(a), abs(b), abs(c), abs(d)]) != [0, 0, 1, 1] or a * d - b * c == 0:
        return  # a shear or nothing: rounded, and only asked not to fail
    right, down = np.array([a, b]), np.array([c, d])
    places = {(x, y): x * right + y * down for x in range(4) for y in range(3)}
    corner = np.min(list(places.values()), axis=0)
    for (x, y), place in places.items():
        column, row = place - corner
        assert upright[row, column] == stored[y, x]
    assert upright.flags.c_contiguous
    assert orientation.swaps_sides == (upright.shape == (4, 3))


@pytest.mark.parametrize("data", [b"", b"x" * 35, bytes(36), matrix(1, 0, 0, 0)])
def test_no_matrix_means_upright(data):
    assert orientation_of(data) == Orientation()


def frame_of(grey: np.ndarray, pixel_format: str) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(grey, "gray")
    return frame.reformat(format=pixel_format, src_color_range="JPEG", dst_color_range="JPEG")


FORMATS = [
    "gray",
    "yuvj420p",
    "yuv420p",
    "yuv422p",
    "yuv444p",
    "nv12",
    "yuva420p",
    "gray10le",
    "gray16le",
    "yuv420p10le",
    "yuv420p10be",
    "yuv422p12le",
    "gbrp",
    "rgb24",
    "bgra",
    "yuyv422",
]


@pytest.mark.parametrize("pixel_format", FORMATS)
@pytest.mark.parametrize(("width", "height"), [(160, 120), (80, 60), (40, 30), (53, 31)])
def test_every_pixel_format_gives_area_averages(pixel_format, width, height):
    rows, columns = np.mgrid[0:120, 0:160]
    grey = (60 + rows // 2 + columns // 2).astype(np.uint8)
    small = LumaScaler(width, height).small(frame_of(grey, pixel_format))
    assert small.shape == (height, width)
    assert small.dtype == np.uint8
    want = 60 + (np.arange(height)[:, None] + 0.5) * 60 / height + (np.arange(width) + 0.5) * 80 / width
    coded_limited = not pixel_format.startswith(("gray", "yuvj", "gbr", "rgb", "bgr", "yuyv"))
    levels = [want, 16 + want * 219 / 255] if coded_limited else [want, (want - 16) * 255 / 219]
    assert min(np.abs(small - level).max() for level in levels) < 4.5


def test_fine_patterns_average_out_instead_of_beating():
    grey = np.zeros((120, 160), np.uint8)
    grey[:, ::2] = 200
    for width, height in [(80, 60), (40, 30), (20, 15)]:
        assert np.abs(LumaScaler(width, height).small(frame_of(grey, "gray")).astype(int) - 100).max() <= 2


@pytest.mark.parametrize(
    ("stored", "small"),
    [((1920, 1080), (320, 180)), ((640, 360), (320, 180)), ((960, 544), (320, 181)), ((48, 96), (16, 32))],
)
def test_the_kernel_shrinks_as_opencv_does(stored, small, monkeypatch):
    noise = np.random.default_rng(1).integers(0, 256, stored[::-1], np.uint8)
    frame = av.VideoFrame.from_ndarray(noise, "gray")
    compiled = LumaScaler(*small).small(frame)
    monkeypatch.setattr("detector.video.scaling.load_kernel", lambda: None)
    np.testing.assert_array_equal(compiled, LumaScaler(*small).small(frame))


def test_each_small_picture_stays_as_it_was_while_others_are_made():
    """Room is made for several at once, and anew where the film changes its size."""
    scaler, pictures = LumaScaler(80, 60), []
    for level in range(40):
        stored = (240, 320) if level < 25 else (120, 160)
        pictures.append(scaler.small(av.VideoFrame.from_ndarray(np.full(stored, level, np.uint8), "gray")))
    assert [set(picture.ravel()) for picture in pictures] == [{level} for level in range(40)]
    assert {picture.shape for picture in pictures} == {(60, 80)}


def test_the_small_picture_is_a_copy_even_at_full_size():
    frame = av.VideoFrame.from_ndarray(np.full((120, 160), 50, np.uint8), "gray")
    small = LumaScaler(160, 120).small(frame)
    frame.planes[0].update(bytes(frame.planes[0].buffer_size))
    assert (small == 50).all()
