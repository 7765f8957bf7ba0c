-- A life of a node begins.
-- $1 id, $2 the node's name, $3 host, $4 process id.
INSERT INTO job_node (id, node, host, pid) VALUES ($1, $2, $3, $4)
