"""The cinema's office at Vista's Digital Platform: showtimes, orders, ticket vouchers."""
