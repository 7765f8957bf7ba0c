-- Unknown transforms per registry, with the time of the oldest. No parameters.
SELECT registry, count(*) AS transforms, min(begun_at) AS oldest_begun_at
FROM epp_transform
WHERE state = 'unknown'
GROUP BY registry
ORDER BY registry
