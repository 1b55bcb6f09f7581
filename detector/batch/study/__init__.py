"""What all recordings of a study give together: the cohort's tables and one page, made from the receipts."""
