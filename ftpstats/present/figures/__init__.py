"""Answers to figures: what each kind shows (`kinds`), marks, axes, the pages around them, and their bytes (`files`)."""
