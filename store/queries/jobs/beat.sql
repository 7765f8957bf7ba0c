-- A heartbeat. $1 this life of the node. Touches no row when others have declared it dead.
UPDATE job_node SET seen_at = now() WHERE id = $1
