"""Read video files: the only room, besides `detector.synthetic`, that touches a codec library."""
