"""Employer medical stop-loss insurance: specific and aggregate, exact to the cent, explained."""
