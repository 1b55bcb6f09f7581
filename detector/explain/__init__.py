"""Why one movement was taken for a jerk, or refused: numbers, neighbours and a picture."""
