"""The pure core of the verb plan: facts in, a plan with its digest out."""
