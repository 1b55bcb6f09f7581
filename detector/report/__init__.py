"""The report of one recording: a single static page in plain words, complete in itself and readable offline."""
