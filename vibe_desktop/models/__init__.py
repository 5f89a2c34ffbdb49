"""What understands words and sound: pinned weights, the sentence encoder and the ears."""
