"""Numbers, sentences and tables of the page, part by part."""
