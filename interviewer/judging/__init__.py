"""What a judge says is turned into evidence, intent and assessments here."""
