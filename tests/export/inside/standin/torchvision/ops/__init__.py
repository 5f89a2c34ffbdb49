"""Stands in for torchvision's operators."""
