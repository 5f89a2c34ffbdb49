"""Stands in for what reads pictures from files."""
