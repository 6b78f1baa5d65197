"""The engines by name, each loaded when it is asked for."""
