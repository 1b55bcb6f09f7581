"""Drawings of the page: what they show, and the tables of their numbers."""
