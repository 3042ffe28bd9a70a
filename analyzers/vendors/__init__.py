"""AI vendor assessment: 18 separate questions, claims set apart from proof, a rating by printed rules."""
