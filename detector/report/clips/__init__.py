"""Which jerks are shown as clips, and how a clip looks on the page."""
