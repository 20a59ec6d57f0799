"""The shapes of an extractive answer, a shape a module; `choice` says which one a question gets."""
