"""Reading video files: the only room, next to `detector.synthetic`, that touches a codec library."""
