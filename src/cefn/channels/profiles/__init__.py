"""File formats, one file a family; `registry` lists them."""
