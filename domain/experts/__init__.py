"""The filed expert pool of a unit (评审专家库). Art. 9(4), Order 40 (N-6, N-7), B-2, B-4.

A unit nominates a person for one series and at most three years; the municipal bureau files the nomination, and only
then may the expert sit on a committee. Who the experts are is seen by the unit's office, by the expert and by the
municipal bureau, and by nobody else (N-17).
"""
