"""Publicity of accepted results (公示), leads (问题线索) and their re-check (复查). Art. 9(7), 12; N-19, N-20.

The unit publicises accepted results for at least five working days; the window closes by itself. Whoever finds
something wrong files a lead, named or anonymous, even after the window (Art. 12); the candidate himself may object.
Only a lead that the municipal bureau has admitted holds a candidate back, and only that candidate. The bureau re-checks
it with the industry authority and the district bureau; a result is void only if the lead is true *and* affects it.

Names: Publicity (公示), PublicityEntry (公示名单), Lead (线索、异议), RecheckOpinion (复查意见).
"""
