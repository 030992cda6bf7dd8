"""Candidacies and sittings, Art. 9(5)."""
