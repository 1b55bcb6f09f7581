"""From frames to the motion signal: differences, light, camera, flow, noise and zones."""
