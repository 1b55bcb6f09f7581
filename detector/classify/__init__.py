"""The trained classifier at run time: a file of plain numbers in, confidences out; no training library."""
