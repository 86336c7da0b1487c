SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

-- Within the transaction of the way down, which is taken when nobody serves.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX audit_by_principal;
