"""Supervision of the whole procedure (监督管理): cases, violations and sanctions. Art. 12 to 14.

The municipal bureau, the industry authority and the district bureau observe on site, check documents, check back and
re-check; a violation found leads to a sanction from the ladder of the supervision rules (人社部发〔2024〕56号).
"""
