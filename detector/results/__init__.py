"""Result folders: one per recording, written completely or not at all, and read back."""
