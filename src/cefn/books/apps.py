"""App configuration of books."""

from django.apps import AppConfig


class BooksConfig(AppConfig):
    """The books app."""

    name = "cefn.books"
    label = "books"
    verbose_name = "Books"
