"""Results as files: one small module a format."""
