"""The command ``sleepjerk``: parse, settings, public functions, words; nothing else."""
