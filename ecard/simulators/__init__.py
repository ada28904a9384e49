"""The payment providers' side of the wire, for development: each speaks its own format, keeps books, and fails when told to."""
