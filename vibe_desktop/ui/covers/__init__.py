"""Cover pictures: found, bounded, made small and kept."""
