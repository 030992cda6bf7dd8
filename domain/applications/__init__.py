"""A unit's application for the right of autonomous review, from draft to online filing (Art. 5, 7, 8(1) to 8(3)).

    QualificationApplication   the aggregate; its lifecycle ends with the decision
    ApplicationScopeItem       a series or specialty at a level that is asked for (Art. 7(4))
    SeniorExpertListing        a senior review expert the unit can name (Art. 7(3))
    ConditionRelaxation        a condition asked to be relaxed (Art. 7(6)); only the municipal bureau decides
    ConditionOpinion           the recommender's opinion on one condition of Art. 5 and 7 (Art. 8(2))
    Attachment                 a document handed in
    CorrectionItem             one thing to correct, told together with all the others

The second half (evaluation and decision, Art. 8(4) and 8(5)) is told to the application by the evaluations.
"""
