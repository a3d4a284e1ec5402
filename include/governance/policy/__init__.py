"""The policy, the retention schedule and the control catalogue, read strictly."""
