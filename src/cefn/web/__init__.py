"""The screens: server-rendered pages for the people who work with Cefn."""
