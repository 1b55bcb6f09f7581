"""The values passed between stages: frozen dataclasses that use only numpy and the standard library."""
