"""Answers in, text and pictures out. Nothing here computes a statistic."""
