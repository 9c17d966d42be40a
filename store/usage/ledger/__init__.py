"""Where accepted usage events are kept: Parquet files by month, and in the store which of them count and what was seen.

Writing, reading, merging and checking the files is done here; what the events come to is measured elsewhere.
"""
