"""The six verbs: the only place that composes policy, contracts, sources, rules and store."""
