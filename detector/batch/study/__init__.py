"""What all recordings of a study give together: tables and one page, made from its receipts and reviews."""
