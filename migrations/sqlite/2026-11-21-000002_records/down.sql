-- Dangerous: takes the audit trail, undelivered events and the installation's secrets with it.
DROP TABLE installation_keys;
DROP TABLE idempotency_subjects;
DROP TABLE idempotency;
DROP TABLE outbox;
DROP TABLE audit;
