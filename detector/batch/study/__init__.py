"""Tables and one page over all recordings of a study, made from its receipts and reviews."""
