"""The proof of disposal: an append-only, signed ledger that holds no personal data.

The way in is `log.Ledger` (begin, append, read), `verify.verify` and `export.export`.
"""
