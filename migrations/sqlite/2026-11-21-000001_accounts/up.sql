-- People, their photos, and how they come by a password.
--
-- Instants are microseconds since 1970-01-01T00:00:00Z. Ids are the 16 bytes of a UUID. Texts that are
-- compared or searched are folded in Rust and stored beside the original: no database's idea of lower
-- case counts. BINARY collation compares UTF-8 by code point.

CREATE TABLE users (
    -- An alias of the rowid, which VACUUM must not change: users_search refers to it.
    row_id               INTEGER PRIMARY KEY,
    id                   BLOB    NOT NULL CONSTRAINT users_id_shape CHECK (length(id) = 16),
    given_name           TEXT    NOT NULL,
    family_name          TEXT    NOT NULL,
    email                TEXT    NOT NULL,
    phone                TEXT,
    address              TEXT,
    external_subject     TEXT,
    role                 TEXT    NOT NULL CONSTRAINT users_role_known CHECK (role IN ('member', 'manager', 'admin')),
    status               TEXT    NOT NULL CONSTRAINT users_status_known CHECK (status IN ('active', 'suspended', 'deleted')),
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL,
    version              INTEGER NOT NULL CONSTRAINT users_version_range CHECK (version BETWEEN 1 AND 4294967295),
    -- What the directory is ordered, searched and kept unique by.
    email_key            TEXT    NOT NULL,
    family_key           TEXT    NOT NULL,
    given_key            TEXT    NOT NULL,
    search_text          TEXT    NOT NULL,
    -- Written with the person's photos and with nothing else.
    avatar_image_id      BLOB    CONSTRAINT users_avatar_is_an_image REFERENCES images (id),
    images_next_seq      INTEGER NOT NULL DEFAULT 1 CONSTRAINT users_images_next_seq_range CHECK (images_next_seq >= 1),
    image_bytes_used     INTEGER NOT NULL DEFAULT 0 CONSTRAINT users_image_bytes_used_range CHECK (image_bytes_used >= 0),
    image_bytes_reserved INTEGER NOT NULL DEFAULT 0 CONSTRAINT users_image_bytes_reserved_range CHECK (image_bytes_reserved >= 0)
) STRICT;

CREATE UNIQUE INDEX users_id_key ON users (id);
CREATE UNIQUE INDEX users_email_key_living ON users (email_key) WHERE status <> 'deleted';
CREATE UNIQUE INDEX users_external_subject_living ON users (external_subject) WHERE status <> 'deleted';
CREATE INDEX users_directory ON users (family_key, given_key, id);
CREATE INDEX users_active_admins ON users (id) WHERE role = 'admin' AND status = 'active';

CREATE TABLE user_sites (
    user_id BLOB NOT NULL CONSTRAINT user_sites_user REFERENCES users (id),
    site_id BLOB NOT NULL CONSTRAINT user_sites_site_shape CHECK (length(site_id) = 16),
    CONSTRAINT user_sites_key PRIMARY KEY (user_id, site_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_sites_by_site ON user_sites (site_id, user_id);

-- Every run of three characters of search_text, so that a term of three or more finds its candidates
-- without a scan. The text is folded already; the tokenizer must not fold it once more.
CREATE VIRTUAL TABLE users_search USING fts5 (
    search_text, content = 'users', content_rowid = 'row_id', tokenize = 'trigram case_sensitive 1'
);
-- A name that was changed or erased must not survive in the index (FTS5 keeps deleted entries otherwise).
INSERT INTO users_search (users_search, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER users_search_insert AFTER INSERT ON users BEGIN
    INSERT INTO users_search (rowid, search_text) VALUES (new.row_id, new.search_text);
END;
CREATE TRIGGER users_search_update AFTER UPDATE OF search_text ON users WHEN old.search_text <> new.search_text BEGIN
    INSERT INTO users_search (users_search, rowid, search_text) VALUES ('delete', old.row_id, old.search_text);
    INSERT INTO users_search (rowid, search_text) VALUES (new.row_id, new.search_text);
END;
CREATE TRIGGER users_search_delete AFTER DELETE ON users BEGIN
    INSERT INTO users_search (users_search, rowid, search_text) VALUES ('delete', old.row_id, old.search_text);
END;

CREATE TABLE images (
    id            BLOB    NOT NULL CONSTRAINT images_id_shape CHECK (length(id) = 16),
    user_id       BLOB    NOT NULL CONSTRAINT images_user REFERENCES users (id),
    state         TEXT    NOT NULL
                  CONSTRAINT images_state_known CHECK (state IN ('pending', 'ready', 'aborted', 'deleting', 'gone')),
    seq           INTEGER CONSTRAINT images_seq_range CHECK (seq >= 1),
    source_digest BLOB    NOT NULL CONSTRAINT images_source_digest_shape CHECK (length(source_digest) = 32),
    bytes         INTEGER NOT NULL CONSTRAINT images_bytes_range CHECK (bytes >= 0),
    taken_at      INTEGER,
    created_at    INTEGER NOT NULL,
    deadline      INTEGER NOT NULL,
    CONSTRAINT images_key PRIMARY KEY (id),
    CONSTRAINT images_seq_with_state CHECK (
        CASE state WHEN 'gone' THEN 1 WHEN 'ready' THEN seq IS NOT NULL WHEN 'deleting' THEN seq IS NOT NULL ELSE seq IS NULL END
    )
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX images_seq_of_user ON images (user_id, seq);
CREATE UNIQUE INDEX images_source_living ON images (user_id, source_digest) WHERE state IN ('pending', 'ready');
CREATE INDEX images_by_state ON images (state, deadline);

CREATE TABLE image_objects (
    key        TEXT    NOT NULL,
    image_id   BLOB    NOT NULL CONSTRAINT image_objects_image REFERENCES images (id),
    variant    TEXT    NOT NULL CONSTRAINT image_objects_variant_known CHECK (variant IN ('64', '256', '1024', 'full')),
    media_type TEXT    NOT NULL CONSTRAINT image_objects_media_type_known CHECK (media_type IN ('image/jpeg', 'image/png')),
    width      INTEGER NOT NULL CONSTRAINT image_objects_width_range CHECK (width BETWEEN 1 AND 4294967295),
    height     INTEGER NOT NULL CONSTRAINT image_objects_height_range CHECK (height BETWEEN 1 AND 4294967295),
    bytes      INTEGER NOT NULL CONSTRAINT image_objects_bytes_range CHECK (bytes >= 0),
    digest     BLOB    NOT NULL CONSTRAINT image_objects_digest_shape CHECK (length(digest) = 32),
    CONSTRAINT image_objects_key PRIMARY KEY (key)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX image_objects_variant ON image_objects (image_id, variant);

CREATE TABLE credentials (
    user_id BLOB    NOT NULL CONSTRAINT credentials_user REFERENCES users (id),
    phc     TEXT    NOT NULL,
    set_at  INTEGER NOT NULL,
    CONSTRAINT credentials_key PRIMARY KEY (user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
    id         BLOB    NOT NULL CONSTRAINT invitations_id_shape CHECK (length(id) = 16),
    -- Nobody: the set-up link of an empty installation.
    user_id    BLOB    CONSTRAINT invitations_user REFERENCES users (id),
    code       BLOB    NOT NULL CONSTRAINT invitations_code_shape CHECK (length(code) = 32),
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    voided_at  INTEGER,
    CONSTRAINT invitations_key PRIMARY KEY (id),
    CONSTRAINT invitations_end_once CHECK (used_at IS NULL OR voided_at IS NULL)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX invitations_code ON invitations (code);
-- One open invitation a person, and one set-up link.
CREATE UNIQUE INDEX invitations_open ON invitations (ifnull(user_id, x'')) WHERE used_at IS NULL AND voided_at IS NULL;
