"""Periodic assessment of every unit on five aspects (定期综合评估). Art. 15.

Institution building, policy execution, review conduct, result quality, and the satisfaction of technical staff, which
comes from an anonymous survey.
"""
