"""The durable log: rows to events and back; rows never leave this room."""
