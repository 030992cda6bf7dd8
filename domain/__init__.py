"""The Measures in Python.

The folders stand in the order of the procedure: core, accounts, units (Art. 4-6), applications (Art. 7, 8.1-8.3),
evaluations (Art. 8.4-8.5), policy_documents (Art. 9.2), plans (Art. 9.3), experts and committees (Art. 9.4),
reviews (Art. 9.5), results (Art. 9.6), publicity (Art. 9.7), certificates (Art. 10), supervision (Art. 12-14),
assessments (Art. 15), notifications. A later stage may import an earlier one, never back.

Nothing here knows GraphQL, HTTP or the queue.
"""
