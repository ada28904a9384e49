"""What may be asked: types, inputs, enums and their descriptions."""
