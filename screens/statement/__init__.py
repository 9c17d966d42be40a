"""A customer's statements, line by line with their explanation; the balances behind them; the usage they are rated on.

`lines`, `explanation` and `usage_source` are furniture that other screens embed.
"""
