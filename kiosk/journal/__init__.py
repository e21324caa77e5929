"""The record: rows appended to SQLite, durable before anybody hears, never changed. The only importer of sqlite3."""
