"""How the municipal bureau evaluates a filed application and decides on it (Art. 8(4), 8(5), 16).

Evaluation           the aggregate: opened when the bureau accepts a filed application
TeamMember           somebody of the evaluation team; exactly one is its lead
AbsentBody           a body that Art. 8(4) names and that is not on the team, with the reason on record
EvaluationActivity   a document review, site visit or discussion that took place
ActivityParticipant  a member who took part in it
EvaluationFinding    the finding on one of the four dimensions, each exactly once
"""
