"""Detection beside its peers: quality on labelled sets, columns, speed and memory."""
