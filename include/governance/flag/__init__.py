"""The pure core of the verb flag: contracts, schedule and facts in, results and findings out."""
