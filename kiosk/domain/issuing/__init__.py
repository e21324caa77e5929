"""Issuing vouchers: what is asked for, how a job lives, what its tokens come to, and the report that ends it."""
