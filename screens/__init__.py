"""What operators see and do: one folder per screen, shared furniture in `widgets`.

No SQL and no rule of money lives here; every value from data reaches a widget through `screens.safe`.
"""
