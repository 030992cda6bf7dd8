"""The employers (用人单位) that apply for, and then hold, the right of autonomous review (Art. 4 to 6, 9(1), 13).

    Unit              an employer, by its unified social credit code; CANDIDATE until the municipal bureau agrees (Art. 4)
    ScopeItem         one series or specialty at one level that the unit may review (Art. 8(5), 13)
    Employment        somebody on the unit's roster: who may apply for a review there is decided from it (Art. 6)
    IntegrityRecord   why a person may not apply for a time (Order 40, N-24)

`roster*.py` read a roster file (花名册) without touching the database; `roster_import.py` writes what they read.
"""
