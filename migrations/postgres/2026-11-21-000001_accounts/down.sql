-- Dangerous: takes every person and every photo with it. The objects of the photos stay in their store.
-- The extension stays: it may have been there before, and others may use it.
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '60s';

DROP TABLE invitations;
DROP TABLE credentials;
DROP TABLE image_objects;
ALTER TABLE users DROP CONSTRAINT users_avatar_is_an_image;
DROP TABLE images;
DROP TABLE user_sites;
DROP TABLE users;
