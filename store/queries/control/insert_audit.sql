-- $1 node, $2 who, $3 via ('ssh', 'cli', 'web', 'local'), $4 command, $5 outcome.
INSERT INTO audit_entry (node, who, via, command, outcome)
VALUES ($1, $2, $3, $4, $5)
