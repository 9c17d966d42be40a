"""Measuring inside an engine: DuckDB over the ledger's files, PostgreSQL or ClickHouse, all from one expression.

Engines only count, sum, take the highest, the latest and the distinct, per group and stretch of time; what they hand
over is made into the answers of `store.rating.measure` here. Writing events and pricing them are none of its business.
"""
