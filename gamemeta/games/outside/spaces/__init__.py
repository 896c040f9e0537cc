"""Gymnasium spaces as buffers and actions."""
