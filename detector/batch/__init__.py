"""Studies: many recordings planned, worked off by processes or Dask, receipted, and put into tables and one page."""
