"""How a question is answered: a validated GraphQL selection becomes one SQL statement whose answer is the JSON, as bytes.

Nothing here knows about health. `mapping` says what a schema has to tell, `compiler` makes a `Plan` of an operation, and a
`Plan` binds a request's values and runs.
"""
