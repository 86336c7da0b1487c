//! The schema goes up, down and up again, has what every database has, and any other is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use adapter_postgres::Database;
use ports::schema::{MigrationStatus, Schema as _, SchemaError};
use testkit::servers::{self, Template};
use testkit::tables::{self, Kind};
use tokio_postgres::{Client, NoTls};

async fn raw(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("answers");
    tokio::spawn(connection);
    client
}

/// Everything that belongs to us, but for diesel's own table and the extension, which both stay.
async fn dump(client: &Client) -> Vec<String> {
    let query = "
        SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
            || ' ' || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || a.attidentity::text
            || ' ' || coalesce(l.collname, '')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
            AND c.relname NOT LIKE '\\_\\_diesel%'
        UNION ALL
        SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '\\_\\_diesel%'
        UNION ALL
        SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_diesel%'
        UNION ALL
        SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT 'function ' || pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        ORDER BY 1";
    let rows = client.query(query, &[]).await.expect("can be read");
    rows.iter().map(|row| row.get(0)).collect()
}

const SOMEBODY: &str = "
    INSERT INTO users (id, given_name, family_name, email, role, status, created_at, updated_at, version,
        email_key, family_key, given_key, search_text)
    VALUES ('00000000-0000-0000-0000-000000000001', 'Ada', 'King', 'ada@example.org', 'member', 'active', now(), now(), 1,
        'ada@example.org', 'king', 'ada', 'ada king');
    INSERT INTO images VALUES ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001', 'ready', 1,
        decode(repeat('00', 32), 'hex'), 4, NULL, now(), now());
    INSERT INTO image_objects VALUES ('images/a', '00000000-0000-0000-0000-000000000002', '64', 'image/png', 1, 1, 1,
        decode(repeat('00', 32), 'hex'));
    INSERT INTO user_sites VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000003');
    INSERT INTO credentials VALUES ('00000000-0000-0000-0000-000000000001', '$argon2id$', now());
    INSERT INTO invitations VALUES ('00000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-000000000001',
        decode(repeat('00', 32), 'hex'), now(), now(), NULL, NULL);
    INSERT INTO audit (at, principal, request_id, action, user_id, changes)
    VALUES (now(), 'system', 'r', 'user.changed', '00000000-0000-0000-0000-000000000001', '[]');
    INSERT INTO audit_seals VALUES (1, 1, 1, 1, 1, now(), decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'));
    INSERT INTO idempotency VALUES ('system', 'k', 'f', '{}', now());
    INSERT INTO idempotency_subjects VALUES ('system', 'k', '00000000-0000-0000-0000-000000000001');
    INSERT INTO signing_keys VALUES ('00000000-0000-0000-0000-000000000006', decode(repeat('00', 32), 'hex'), now(), now());
    INSERT INTO erasures VALUES ('00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000001', 'system', now(), '[]', NULL);
    INSERT INTO erased_subjects VALUES ('00000000-0000-0000-0000-000000000001', decode(repeat('00', 32), 'hex'));
    UPDATE users SET avatar_image_id = '00000000-0000-0000-0000-000000000002';
";

struct Fresh {
    database: Database,
    client: Client,
    guard: servers::Database,
}

async fn empty() -> Fresh {
    let guard = servers::postgres().await.empty_database().await;
    Fresh {
        database: Database::open(guard.url()).expect("is an address"),
        client: raw(guard.url()).await,
        guard,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn up_down_and_up_again_give_the_same_schema() {
    let Fresh {
        database,
        client,
        guard: _guard,
    } = empty().await;
    let before = dump(&client).await;
    let up = database.migrate_up().await.expect("migrates");
    let first = dump(&client).await;
    assert!(
        before.is_empty() && first.len() > 60 && up.len() >= 3,
        "{first:#?}"
    );
    client
        .batch_execute(SOMEBODY)
        .await
        .expect("fits the schema");
    let mut down = database
        .migrate_down(up.len())
        .await
        .expect("goes back, with rows in every table");
    down.reverse();
    assert_eq!(down, up);
    assert_eq!(dump(&client).await, before);
    database.migrate_up().await.expect("migrates");
    assert_eq!(dump(&client).await, first);
}

/// Up, the one key is the first that signs; down, the one that signs now is left.
#[tokio::test(flavor = "multi_thread")]
async fn the_key_that_signs_stays_the_key_that_signs() {
    let Fresh {
        database,
        client,
        guard: _guard,
    } = empty().await;
    let lines = async |sql: &str| -> Vec<String> {
        let rows = client.query(sql, &[]).await.expect("can be read");
        rows.iter().map(|row| row.get(0)).collect()
    };
    let execute = async |sql: &str| {
        client.batch_execute(sql).await.expect("fits the schema");
    };
    let up = database.migrate_up().await.expect("migrates");
    let ours = up
        .iter()
        .position(|version| version.starts_with("20261122000009"));
    let steps = up.len() - ours.expect("is among them");
    database.migrate_down(steps).await.expect("goes back");
    execute(
        "INSERT INTO installation_keys VALUES (gen_random_uuid(), 'tokens', decode(repeat('00', 32), 'hex'), to_timestamp(7));
        INSERT INTO installation_keys VALUES (gen_random_uuid(), 'pages', decode(repeat('00', 32), 'hex'), to_timestamp(8))",
    )
    .await;
    let purposes = "SELECT purpose || ' ' || extract(epoch FROM created_at)::bigint || ' ' || id FROM installation_keys ORDER BY 1";
    let old = lines(purposes).await;
    database.migrate_up().await.expect("migrates");
    let signing =
        "SELECT 'tokens ' || extract(epoch FROM created_at)::bigint || ' ' || id FROM signing_keys
        WHERE signs_from = created_at";
    assert_eq!(lines(signing).await, old[1..]);
    assert_eq!(lines(purposes).await, old[..1]);
    execute(
        "INSERT INTO signing_keys VALUES (gen_random_uuid(), decode(repeat('00', 32), 'hex'), to_timestamp(9), to_timestamp(9));
        INSERT INTO signing_keys VALUES (gen_random_uuid(), decode(repeat('00', 32), 'hex'), to_timestamp(10), now() + interval '1 day')",
    )
    .await;
    database.migrate_down(steps).await.expect("goes back");
    let left = lines(purposes).await;
    assert!(
        left.len() == 2 && left[1].starts_with("tokens 9 "),
        "{left:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_down_can_be_taken_up_again() {
    let Fresh {
        database,
        client,
        guard: _guard,
    } = empty().await;
    let up = database.migrate_up().await.expect("migrates");
    let whole = dump(&client).await;
    for steps in 1..=up.len() {
        assert_eq!(
            database.migrate_down(steps).await.expect("goes back").len(),
            steps
        );
        assert_eq!(database.migrate_up().await.expect("migrates").len(), steps);
        assert_eq!(dump(&client).await, whole);
    }
    let down = database.migrate_down(99).await;
    assert_eq!(down.expect("stops at nothing").len(), up.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_migrate_at_once_one_does_it() {
    let Fresh {
        database,
        guard,
        client: _client,
    } = empty().await;
    let other = Database::open(guard.url()).expect("is an address");
    let (one, two) = tokio::join!(database.migrate_up(), other.migrate_up());
    let (one, two) = (one.expect("migrates"), two.expect("migrates"));
    assert!(one.is_empty() != two.is_empty(), "{one:?} {two:?}");
    database.verify().await.expect("is the expected schema");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_are_those_that_every_database_has() {
    let server = servers::postgres().await;
    let fresh = server.database(&Template::of_muster()).await;
    let query = "
        SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'YES' THEN ' null' ELSE ' not null' END
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'
        ORDER BY table_name COLLATE \"C\", column_name COLLATE \"C\"";
    let rows = raw(fresh.url())
        .await
        .query(query, &[])
        .await
        .expect("can be read");
    let found: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let expected = tables::lines(|_, kind| match kind {
        Kind::Id => "uuid",
        Kind::Text => "text",
        Kind::Whole => "bigint",
        Kind::Instant => "timestamp with time zone",
        Kind::Bytes => "bytea",
    });
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_of_the_tests_is_what_migrating_gives() {
    let Fresh {
        database,
        client,
        guard: _guard,
    } = empty().await;
    database.migrate_up().await.expect("migrates");
    let server = servers::postgres().await;
    let cloned = server.database(&Template::of_muster()).await;
    assert_eq!(dump(&raw(cloned.url()).await).await, dump(&client).await);
    let verified = Database::open(cloned.url())
        .expect("is an address")
        .verify()
        .await;
    verified.expect("is the expected schema");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_with_pending_migrations_is_refused() {
    let Fresh {
        database,
        client: _client,
        guard: _guard,
    } = empty().await;
    let outcome = database.verify().await;
    assert!(
        matches!(&outcome, Err(SchemaError::Behind(pending)) if pending.len() >= 3),
        "{outcome:?}"
    );
    database.migrate_up().await.expect("migrates");
    database.migrate_down(1).await.expect("goes back");
    let list = database.migrations().await.expect("can be read");
    let statuses: Vec<_> = list
        .list()
        .iter()
        .map(|migration| migration.status)
        .collect();
    assert_eq!(
        (statuses[0], statuses.last()),
        (MigrationStatus::Applied, Some(&MigrationStatus::Pending))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_from_a_newer_binary_is_refused_and_left_alone() {
    let Fresh {
        database,
        client,
        guard: _guard,
    } = empty().await;
    database.migrate_up().await.expect("migrates");
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000001')";
    client.batch_execute(newer).await.expect("fits");
    let before = dump(&client).await;
    let is_newer = |outcome: &SchemaError| matches!(outcome, SchemaError::Ahead(unknown) if unknown == &["29990101000001"]);
    assert!(is_newer(&database.verify().await.expect_err("is refused")));
    assert!(is_newer(
        &database.migrate_up().await.expect_err("is refused")
    ));
    assert!(is_newer(
        &database.migrate_down(1).await.expect_err("is refused")
    ));
    assert_eq!(dump(&client).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_change_the_schema_can_check_it() {
    let Fresh {
        database,
        client,
        guard,
    } = empty().await;
    database.migrate_up().await.expect("migrates");
    let role = format!("reader_{}", guard.name());
    let make = format!(
        "CREATE ROLE {role} LOGIN PASSWORD 'x'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
    );
    client.batch_execute(&make).await.expect("may be made");
    let (_user, place) = guard.url().split_once('@').expect("has a user");
    let as_reader = format!("postgres://{role}:x@{place}");
    let verified = Database::open(&as_reader)
        .expect("is an address")
        .verify()
        .await;
    let gone = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    client.batch_execute(&gone).await.expect("may go");
    verified.expect("is the expected schema");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_trail_and_its_seals_can_only_be_added_to() {
    let Fresh {
        database,
        client,
        guard: _guard,
    } = empty().await;
    database.migrate_up().await.expect("migrates");
    client
        .batch_execute(SOMEBODY)
        .await
        .expect("fits the schema");
    for sql in [
        "UPDATE audit SET at = now()",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE audit_seals SET sealed_at = now()",
        "DELETE FROM audit_seals",
        "TRUNCATE audit_seals",
    ] {
        assert!(client.batch_execute(sql).await.is_err(), "{sql}");
    }
}
