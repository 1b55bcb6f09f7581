"""How well found events agree with known ones: reading, matching, scores with intervals."""
