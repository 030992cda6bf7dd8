"""Review rounds, candidacies, sittings and ballots (Art. 6 and 9(5); Order 40, rules N-3 and N-8 to N-18).

A round (评审批次) opens under one group of the unit's annual plan, with one filed committee, and pins the policy set in
force that day. A person of the unit stands in it as a candidate (candidacy, 申报). Admitted candidates are assigned to
a sitting (评审会议) of the committee, where each of them gets a ballot box of his own: one small election whose
credentials are the experts present less those recused. Nobody, the server included, ever reads a single ballot; see
`domain.reviews.ballots`.

Names: ReviewRound, Candidacy, CandidacyMaterial, Sitting, SittingTrustee, Attendance, Recusal, PanelOpinion, BallotBox,
BallotCredential, VoterSlip, StoredBallot, PartialDecryption.
"""
