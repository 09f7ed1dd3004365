"""The REST API: one file an area, the same verbs as the screens. Reference: docs/reference/api.md."""
