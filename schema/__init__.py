"""GraphQL over the domain: one file a concept - its type, its query fields, its mutations, in this order.

Resolvers have one-line bodies: no ORM call, no `try`, no `if role`. Reads start at `visible()`, writes are commands.
"""
