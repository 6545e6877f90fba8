"""The canonical words: values, records and their kinds. No I/O, no service, no endpoint by name."""
