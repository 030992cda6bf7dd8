"""Results, their acceptance (验收) and filing (备案). Art. 9(6), 13(4).

When every sitting of a round is signed, the unit compiles all results of the round, of those who passed and those who
did not, with the vote counts, the hashes of the minutes and its work report. The municipal bureau returns, accepts
(whole or in part) or refuses. Acceptance files the results; only accepted ones are publicised.

Names: ResultPackage (报验收的结果), Result (评审结果), MinutesRecord (会议记录摘要), ResultFiling (结果备案).
"""
