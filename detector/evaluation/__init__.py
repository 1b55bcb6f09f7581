"""Agreement of found events with known ones: reading, matching, and scores with intervals."""
