"""The conventional way, well written: Strawberry types with resolvers, a DataLoader for each relation, asyncpg's pool.

It has the platform's tables, rules and access log, and answers the benchmark's questions alike; nothing more.
"""
