"""Policy documents of a unit (制度文件): work plan, criteria and the rest, as numbered versions. Art. 9(1), 9(2).

A version (`PolicySet`) is drafted by the unit's office, passes a collective decision, then a publicity, then the
approval of the municipal bureau, in this order and no other; only then is it in force, and nothing else may be
planned or reviewed on it (R-9.3). Once decided it is never edited: an amendment is the next number (R-9.5).
"""
