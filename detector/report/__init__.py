"""The report of one recording: a single static page in plain words, self-contained and readable offline."""
