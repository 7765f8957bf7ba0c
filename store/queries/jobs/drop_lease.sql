-- Let another have it at once. $1 name, $2 this life of the node.
DELETE FROM job_lease WHERE name = $1 AND owner = $2
