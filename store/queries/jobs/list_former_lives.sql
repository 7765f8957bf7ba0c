-- Earlier lives of this node that did not say good-bye; it has the data directory's lock, so they are
-- over. $1 the node's name, $2 its present life.
SELECT id, node FROM job_node WHERE node = $1 AND id <> $2 FOR UPDATE
