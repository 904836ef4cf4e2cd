"""HTTP as we speak it to servers that we do not trust: checked addresses, bounded answers."""
