"""Accounts, the natural persons behind them, and the hats they wear at organisations (Art. 2, 4, 8, 12).

An account has role grants; a request acts under exactly one of them. Roles never come from a token of a foreign issuer.
"""
