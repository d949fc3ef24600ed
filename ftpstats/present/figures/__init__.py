"""Answers to figures: which panels (`plots`), what stands for a label (`marks`), axes, and the page around them."""
