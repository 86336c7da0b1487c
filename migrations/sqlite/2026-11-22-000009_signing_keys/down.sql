-- Only the key that signs now stays. What the others have signed is no good any more.
INSERT INTO installation_keys (id, purpose, secret, created_at)
SELECT id, 'tokens', secret, created_at FROM signing_keys
ORDER BY signs_from > CAST(unixepoch('subsec') * 1000000 AS INTEGER),
    abs(signs_from - CAST(unixepoch('subsec') * 1000000 AS INTEGER)), id DESC
LIMIT 1;
DROP TABLE signing_keys;
