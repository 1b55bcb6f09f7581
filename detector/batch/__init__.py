"""Studies: many recordings are planned, processed locally or by Dask, receipted, and put into tables and one page."""
