"""Samples out of the tidy table, and the answers about them."""
