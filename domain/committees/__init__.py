"""Review committees (职称评审委员会) and their filing. Art. 9(4), Order 40 (N-2 to N-7).

A committee is formed for one series or one specialty, and for one level; it has an odd number of experts, not fewer
than the floor of its kind, and exactly one chair. It may meet only while the municipal bureau has it on file, for
less than three years. A draw from the pool is recorded so that anybody entitled can replay it.
"""
