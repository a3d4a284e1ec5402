"""What one installation has besides its workspace: ledger, anchor, keys, and its desk."""
