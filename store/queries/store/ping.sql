-- Whether the database answers. No parameters.
SELECT 1
