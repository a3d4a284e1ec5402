"""Dispose of data: plan, have it approved, apply, verify, certify; resumable at every point."""
