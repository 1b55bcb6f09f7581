"""From the motion signal to bursts, candidates, jerks, clusters and episodes: numbers in, numbers out, no pictures."""
