-- Only the key that signs now stays. What the others have signed is no good any more.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

INSERT INTO installation_keys (id, purpose, secret, created_at)
SELECT id, 'tokens', secret, created_at FROM signing_keys
ORDER BY signs_from > now(), abs(extract(epoch FROM signs_from - now())), id DESC
LIMIT 1;
DROP TABLE signing_keys;
