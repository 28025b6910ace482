"""Vehicles to people to beds: who is fetched by which vehicle, when, and taken where. Pure: no clock, no database."""
