"""One script per question, each printing one table with the machine and the commit."""
