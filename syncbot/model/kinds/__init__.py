"""One module a kind; adding a kind is adding a module here and a file in `mappings/`."""
