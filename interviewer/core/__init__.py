"""The pure heart of the interviewer: values and functions, without files, clock, network or chance."""
