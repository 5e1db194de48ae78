"""Screening: who may do what, positions, invitations, what a person should look at; pure, like the core."""
