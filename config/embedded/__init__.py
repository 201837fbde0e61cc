"""The services a bare clone brings along: PostgreSQL and Valkey from their wheels.

Used as a database engine (`ENGINE = "config.embedded"`) when `DATABASE_URL` is not set: the
server in `var/postgres` is started by the first connection and stopped when the last process
that uses it ends.
"""
