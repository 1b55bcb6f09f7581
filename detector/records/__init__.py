"""The values that cross borders between stages: frozen, numpy and the standard library only."""
