"""What pages and the API show: pure functions from stored facts and one `now` to structs."""
