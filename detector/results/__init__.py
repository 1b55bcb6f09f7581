"""Result folders: one a recording, written whole or not at all, and read back."""
