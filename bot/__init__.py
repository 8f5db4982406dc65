"""Parley's rooms, stacked in the order of a conversation; see docs/architecture.md."""
