"""The trained classifier of candidates at run time: a file of plain numbers in, confidences out; no training library."""
