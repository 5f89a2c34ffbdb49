"""Instruments, a stereo canvas and recipes that play short pieces on it: sound made of numbers alone."""
