"""What a person made of their library, in a file that any other library can take in."""
