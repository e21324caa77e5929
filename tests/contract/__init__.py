"""Both sides of a wire, each written from the contract alone, facing each other."""
