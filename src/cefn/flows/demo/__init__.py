"""The demo shop: a made-up Welsh gift shop with ninety days of work behind it, through the services of real work."""
