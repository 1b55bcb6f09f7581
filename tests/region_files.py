"""Region files as the page writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detector.config import RegionSettings
    from detector.results.drift import Reference


def regions_text(regions: RegionSettings, reference: Reference | None) -> str:
    """Return a region file."""
    lines = ["# Corners are fractions of the upright picture's width and height.", "[regions]"]
    lines += [f"mirrored = {'true' if regions.mirrored else 'false'}", ""]
    for region in regions.named:
        corners = ", ".join(f"[{x:.4f}, {y:.4f}]" for x, y in region.points)
        lines += ["[[regions.named]]", f'name = "{region.name}"', f"points = [{corners}]", ""]
    if reference is not None:
        data = reference.values()["edges"]
        lines += ["# Edges of the picture they were drawn on, 64 x 36, by which a moved camera is noticed.",
                  "[reference]", f"aspect = {reference.aspect:.4f}", f'edges = "{data}"', ""]  # fmt: skip
    return "\n".join(lines)
