"""What the desktop offers around a window: media keys, notifications, one instance, power."""
