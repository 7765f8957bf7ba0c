"""The commands, by what they are about. `actors.control.table` joins them into one catalogue."""
