"""Recordings as result folders: named, written whole or not at all, found again and reused."""
