"""What each fact does to the state, one module per family. Nothing here refuses or reads config."""
