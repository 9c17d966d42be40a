"""The catalog, to browse: rate cards with their prices at a date, products, metrics; what a price change touches.

Nothing is made here: metrics, products, cards and rates come by `termsheet import` and `termsheet api`.
"""
