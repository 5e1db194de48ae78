"""The screening pages: routes parse, hosting does the work, templates show it."""
