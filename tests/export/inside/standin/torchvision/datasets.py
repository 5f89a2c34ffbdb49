"""Stands in for torchvision's data sets, of which laion-clap names none when it embeds."""
