"""The report as a PDF of a few pages, for the file of a patient."""
