"""Who may see which rows, written down from the rules (section "role x data") and not from the code it checks.

A column is a role; MACHINE is a client with every scope, BARE one with none. The words:

-        nothing
all      every row there is
own      every row that belongs to the viewer's unit, district, industry or department, and no other
person   rows about the viewer's own person
seat     rows of a committee on which the viewer sits
assigned as seat, less the candidates whom the viewer is recused from (N-18)
shown    notices that are posted, with their lines, whosever they are; and one's own taken down
known    leads that were admitted (the unit knows that there is one, never who reported it)
named    leads whose re-check names the viewer's body
org      rows of the viewer's own organisation or, under a personal hat, of the viewer's own account
grant    what was said to this very hat

Reasons where the rules leave a choice:
Organisation  bodies are public knowledge, and whoever fills a form in chooses among them.
Unit, ScopeItem  staff may know what their employer may review; a client acts for its unit, whatever its scopes.
PolicySet, AnnualPlan  staff are the addressees of the in-house publicity of documents (Art. 9(2)) and of the plan.
Committee, ReviewRound, Sitting  R-2.3: what a unit does is seen by those who guide it; neither of them names an expert.
    The supervising department is none of those (Art. 8 only): it sees a sitting and its boxes where it holds a key.
Evaluation  the unit learns the result, from its application and from its scope, not the internals.
BallotCredential, VoterSlip  an expert's own entitlement and that he has voted; what was voted, nobody reads.
RoleGrant  the office knows who acts for the unit.
Message  the municipal bureau sees all objects, but only its own inbox.
"""

from __future__ import annotations

COLUMNS = (
    "UNIT",
    "EXPERT",
    "APPLICANT",
    "SUPERVISING_DEPARTMENT",
    "DISTRICT_BUREAU",
    "INDUSTRY_AUTHORITY",
    "MUNICIPAL_BUREAU",
    "MACHINE",
    "BARE_MACHINE",
    "PUBLIC",
)

_TABLE = """
Model                      UNIT   EXPERT   APPL.   SD    DB     IA     MB     MACHINE BARE   PUBLIC

AuditEntry                 -      -        -       -     -      -      all    -       -      -
IdempotencyKey             -      -        -       -     -      -      -      -       -      -
OutboxEvent                -      -        -       -     -      -      -      -       -      -
DemoClock                  -      -        -       -     -      -      -      -       -      -
CalendarDay                all    all      all     all   all    all    all    all     all    all
CalendarYear               all    all      all     all   all    all    all    all     all    all
StoredFile                 org    org      org     org   org    org    all    -       -      -

Organisation               all    all      all     all   all    all    all    -       -      -
Person                     -      person   person  -     -      -      all    -       -      -
Account                    -      -        -       -     -      -      -      -       -      -
RoleGrant                  org    -        -       -     -      -      all    -       -      -
OAuthClient                -      -        -       -     -      -      -      -       -      -
LoginSession               -      -        -       -     -      -      -      -       -      -
TokenFamily                -      -        -       -     -      -      -      -       -      -
RefreshToken               -      -        -       -     -      -      -      -       -      -
AuthorizationCode          -      -        -       -     -      -      -      -       -      -

Unit                       own    -        own     own   own    own    all    own     own    -
ScopeItem                  own    -        own     own   own    own    all    own     own    -
Employment                 own    -        person  -     -      -      all    -       -      -
IntegrityRecord            own    person   person  -     -      -      all    -       -      -
RosterImport               own    -        -       -     -      -      all    -       -      -

QualificationApplication   own    -        -       own   own    own    all    -       -      -
ApplicationScopeItem       own    -        -       own   own    own    all    -       -      -
SeniorExpertListing        own    -        -       own   own    own    all    -       -      -
ConditionRelaxation        own    -        -       own   own    own    all    -       -      -
ConditionOpinion           own    -        -       own   own    own    all    -       -      -
Attachment                 own    -        -       own   own    own    all    -       -      -
CorrectionItem             own    -        -       own   own    own    all    -       -      -

Evaluation                 -      -        -       -     own    own    all    -       -      -
TeamMember                 -      -        -       -     own    own    all    -       -      -
AbsentBody                 -      -        -       -     own    own    all    -       -      -
EvaluationActivity         -      -        -       -     own    own    all    -       -      -
ActivityParticipant        -      -        -       -     own    own    all    -       -      -
EvaluationFinding          -      -        -       -     own    own    all    -       -      -

PolicySet                  own    -        own     -     own    own    all    -       -      -
PolicyDocument             own    -        own     -     own    own    all    -       -      -
PolicyOpinion              own    -        -       -     own    own    all    -       -      -
ComplianceCheck            own    -        -       -     own    own    all    -       -      -
PolicyReturn               own    -        -       -     own    own    all    -       -      -
AnnualPlan                 own    -        own     -     own    own    all    -       -      -
PlanGroup                  own    -        own     -     own    own    all    -       -      -
PlanRevision               own    -        -       -     own    own    all    -       -      -
PlanComment                own    -        -       -     own    own    all    -       -      -

Expert                     own    person   -       -     -      -      all    -       -      -
ExpertTie                  own    person   -       -     -      -      all    -       -      -
Committee                  own    seat     -       -     own    own    all    -       -      -
CommitteeMember            own    person   -       -     -      -      all    -       -      -
ExpertDraw                 own    -        -       -     -      -      all    -       -      -

ReviewRound                own    seat     own     -     own    own    all    -       -      -
Candidacy                  own    assigned person  -     -      -      all    -       -      -
CandidacyMaterial          own    assigned person  -     -      -      all    -       -      -
CorrectionPoint            own    -        person  -     -      -      all    -       -      -
InHouseObjection           own    -        -       -     -      -      all    -       -      -
Sitting                    own    seat     -       -     own    own    all    -       -      -
SittingTrustee             own    seat     -       -     -      -      all    -       -      -
Attendance                 own    person   -       -     -      -      all    -       -      -
Recusal                    own    person   -       -     -      -      all    -       -      -
PanelOpinion               own    assigned -       -     -      -      all    -       -      -
PanelOpinionAuthor         own    person   -       -     -      -      all    -       -      -
BallotBox                  own    seat     -       -     own    own    all    -       -      -
BallotCredential           -      person   -       -     -      -      -      -       -      -
VoterSlip                  -      person   -       -     -      -      -      -       -      -
StoredBallot               -      -        -       -     -      -      -      -       -      -
PartialDecryption          -      -        -       -     -      -      -      -       -      -

ResultPackage              own    -        -       -     own    own    all    -       -      -
MinutesRecord              own    -        -       -     own    own    all    -       -      -
ResultFiling               own    -        -       -     own    own    all    -       -      -
Result                     own    -        person  -     own    own    all    own     -      -
Publicity                  shown  shown    shown   shown shown  shown  all    shown   shown  shown
PublicityEntry             shown  shown    shown   shown shown  shown  all    shown   shown  shown
Lead                       known  -        person  -     named  named  all    -       -      -
RecheckOpinion             -      -        -       -     named  named  all    -       -      -
Certificate                own    -        person  -     own    own    all    own     -      -

Message                    grant  grant    grant   grant grant  grant  grant  -       -      -
RelayTrouble               -      -        -       -     -      -      all    -       -      -
"""


def _read(table: str) -> dict[str, dict[str, str]]:
    lines = [line.split() for line in table.splitlines()[2:] if line.strip()]
    return {name: dict(zip(COLUMNS, words, strict=True)) for name, *words in lines}


EXPECTED = _read(_TABLE)

#: Where a row leads to the person it is about.
PERSON = {
    "Person": "id",
    "Employment": "person_id",
    "IntegrityRecord": "person_id",
    "Expert": "person_id",
    "ExpertTie": "expert__person_id",
    "CommitteeMember": "expert__person_id",
    "Candidacy": "person_id",
    "CandidacyMaterial": "candidacy__person_id",
    "CorrectionPoint": "candidacy__person_id",
    "Attendance": "expert__person_id",
    "Recusal": "expert__person_id",
    "PanelOpinionAuthor": "expert__person_id",
    "BallotCredential": "expert__person_id",
    "VoterSlip": "expert__person_id",
    "Result": "person_id",
    "Lead": "reporter_person_id",
    "Certificate": "person_id",
}
#: Where a row leads to its committee.
COMMITTEE = {
    "Committee": "id",
    "ReviewRound": "committee_id",
    "Sitting": "committee_id",
    "SittingTrustee": "sitting__committee_id",
    "BallotBox": "sitting__committee_id",
    "Candidacy": "sitting__committee_id",
    "CandidacyMaterial": "candidacy__sitting__committee_id",
    "PanelOpinion": "sitting__committee_id",
}
#: Where a row leads to the candidacy it is about.
CANDIDACY = {"Candidacy": "id", "CandidacyMaterial": "candidacy_id", "PanelOpinion": "candidacy_id"}
#: Where a row leads to its notice.
NOTICE = {"Publicity": "", "PublicityEntry": "publicity__"}
#: Where a row leads to its lead.
LEAD = {"Lead": "", "RecheckOpinion": "lead__"}
