"""The journey of a card, walked by outside clients over HTTP alone: residents, a hospital, the operator, payment apps."""
