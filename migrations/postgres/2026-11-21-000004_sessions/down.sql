SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

DELETE FROM installation_keys WHERE purpose = 'sessions';
ALTER TABLE installation_keys DROP CONSTRAINT installation_keys_purpose_known;
ALTER TABLE installation_keys
-- squawk-ignore constraint-missing-not-valid
ADD CONSTRAINT installation_keys_purpose_known
CHECK (purpose IN ('tokens', 'pages'));

DROP TABLE access_changes;
DROP TABLE sessions;
