"""Small widgets of one visual language."""
