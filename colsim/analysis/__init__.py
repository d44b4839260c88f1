"""What a finished sweep says: paired differences, doses, interactions, sensitivity, boxes."""
