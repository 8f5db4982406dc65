"""What Rasa calls: each action makes one call to a room and answers with named responses."""
