"""The demo shop: a made-up Welsh gift shop with ninety days of work behind it, made through the same services as real work."""
