"""The labs: pictures of a whole axis, drawn ahead, and sliders through them."""
