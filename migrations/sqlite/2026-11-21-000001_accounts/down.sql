-- Dangerous: takes every person and every photo with it. The objects of the photos stay in their store.
DROP TABLE invitations;
DROP TABLE credentials;
DROP TABLE image_objects;
UPDATE users SET avatar_image_id = NULL;
DROP TABLE images;
DROP TABLE user_sites;
DROP TABLE users_search;
DROP TABLE users;
