"""The services between pages and store: what people do, without HTTP."""
