"""The report as a PDF of a few pages, for a patient's file."""
