"""Stands in for torchvision, which laion-clap imports for training on pictures, and embeds without."""
