-- Everything that is kept about a person is also what they did to others.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Within the transaction: writes wait while some millions of rows are indexed, and for no longer than the timeout above.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_by_principal ON audit (principal, seq);
