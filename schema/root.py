"""The table of contents of the schema, in the order of the procedure."""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.applications import ApplicationMutation, ApplicationQuery
from schema.candidacies import CandidacyMutation, CandidacyQuery
from schema.catalogue import CatalogueQuery
from schema.certificates import CertificatesMutation, CertificatesQuery
from schema.changes import ChangesQuery
from schema.committees import CommitteesMutation, CommitteesQuery
from schema.core.describe import describe_types
from schema.core.execution import RowExecutor, SilentSchema
from schema.core.lookup import LookupQuery
from schema.core.nodes import NODES
from schema.core.scalars import SCALARS
from schema.evaluations import EvaluationMutation, EvaluationQuery
from schema.experts import ExpertsMutation, ExpertsQuery
from schema.leads import LeadsMutation, LeadsQuery
from schema.notifications import NotificationsMutation
from schema.organisations import OrganisationQuery
from schema.plans import PlansMutation, PlansQuery
from schema.policy_documents import PolicyDocumentsMutation, PolicyDocumentsQuery
from schema.publicity import PublicityMutation, PublicityQuery
from schema.results import ResultsMutation, ResultsQuery
from schema.rounds import RoundMutation, RoundQuery
from schema.sitting_mutations import SittingMutation
from schema.sittings import SittingQuery
from schema.units import UnitMutation, UnitQuery
from schema.viewer import ViewerMutation, ViewerQuery


@strawberry.type
class Query(
    ViewerQuery,
    LookupQuery,
    CatalogueQuery,
    OrganisationQuery,
    UnitQuery,
    ApplicationQuery,
    EvaluationQuery,
    PolicyDocumentsQuery,
    PlansQuery,
    ExpertsQuery,
    CommitteesQuery,
    RoundQuery,
    CandidacyQuery,
    SittingQuery,
    ResultsQuery,
    PublicityQuery,
    LeadsQuery,
    CertificatesQuery,
    ChangesQuery,
):
    """Everything that can be read, each under the viewer's own rights. | 查询"""


@strawberry.type
class Mutation(
    ViewerMutation,
    UnitMutation,
    ApplicationMutation,
    EvaluationMutation,
    PolicyDocumentsMutation,
    PlansMutation,
    ExpertsMutation,
    CommitteesMutation,
    RoundMutation,
    CandidacyMutation,
    SittingMutation,
    ResultsMutation,
    PublicityMutation,
    LeadsMutation,
    CertificatesMutation,
    NotificationsMutation,
):
    """Everything that can be done, one mutation for each action of the Measures. | 操作"""


schema = SilentSchema(
    query=Query,
    mutation=Mutation,
    types=[spec.graphql for spec in NODES.values()],
    execution_context_class=RowExecutor,
    config=StrawberryConfig(scalar_map=SCALARS),
)
describe_types(schema)
