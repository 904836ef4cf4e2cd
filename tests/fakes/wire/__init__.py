"""Code hosts as they look from the wire: generated repositories, answers in the shape of the real APIs, and faults."""
