"""A seeded simulator of sleeping infants on video, with exact truth; used by samples, tests, benchmarks and docs."""
