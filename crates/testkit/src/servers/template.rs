//! A migrated database to clone from, because cloning takes milliseconds and migrating does not.

use super::database::{Session, quoted};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

/// Exactly what diesel makes, so that it takes the migrations for its own work.
const DIESEL: &str = "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (
    version VARCHAR(50) PRIMARY KEY NOT NULL,
    run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
)";

/// Migrations, in order. Databases of one template differ in nothing.
#[derive(Debug, Clone)]
pub struct Template {
    migrations: Vec<Migration>,
    hash: u64,
}

#[derive(Debug, Clone, Hash)]
struct Migration {
    version: String,
    up: String,
}

impl Template {
    /// Muster's own migrations.
    #[must_use]
    pub fn of_muster() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Self::of(&root.join("migrations/postgres"))
    }

    /// The migrations of a folder: one folder each, with an `up.sql`.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        let entries = fs::read_dir(folder)
            .unwrap_or_else(|error| panic!("{} cannot be listed: {error}", folder.display()));
        let folders = entries.map(|entry| entry.expect("can be listed").path());
        let mut migrations: Vec<Migration> = folders
            .filter(|path| path.join("up.sql").is_file())
            .map(|path| Migration::of(&path))
            .collect();
        migrations.sort_by(|one, other| one.version.cmp(&other.version));
        let mut hasher = DefaultHasher::new();
        migrations.hash(&mut hasher);
        Self {
            hash: hasher.finish(),
            migrations,
        }
    }

    /// What tells it from other templates, and is part of their databases' names.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{:016x}", self.hash)
    }

    /// The name of the template that `session`'s server has of these migrations. It is made if there is none, once,
    /// whatever number of processes come at the same time.
    pub(super) async fn on(&self, session: &Session) -> String {
        if let Some(made) = self.made_on(session).await {
            return made;
        }
        // Held until the session ends, or the process does.
        let lock = format!("SELECT pg_advisory_lock('{}')", self.hash.cast_signed());
        session.run(&lock).await;
        let made = match self.made_on(session).await {
            Some(made) => made,
            None => self.make(session).await,
        };
        session.run("SELECT pg_advisory_unlock_all()").await;
        made
    }

    /// The end of a template's name is when it was made.
    async fn made_on(&self, session: &Session) -> Option<String> {
        session.databases_like("template", &self.name()).await.pop()
    }

    async fn make(&self, session: &Session) -> String {
        // Somebody was killed while making it.
        for half_made in session.databases_like("building", &self.name()).await {
            session.drop_database(&half_made).await;
        }
        let name = session.new_name("template", &self.name()).await;
        let building = name.replacen("template", "building", 1);
        session
            .create_database(&building, None)
            .await
            .expect("the user of the tests may create databases");
        let inside = session.to(&building).await;
        inside.run(DIESEL).await;
        for migration in &self.migrations {
            inside.run(&migration.as_one_transaction()).await;
        }
        inside.close().await;
        let (from, to) = (quoted(&building), quoted(&name));
        // A session in it would keep it from being cloned.
        session
            .run(&format!(
                "ALTER DATABASE {from} WITH ALLOW_CONNECTIONS false"
            ))
            .await;
        session
            .run(&format!("ALTER DATABASE {from} RENAME TO {to}"))
            .await;
        name
    }
}

impl Migration {
    fn of(folder: &Path) -> Self {
        let name = folder.file_name().and_then(|name| name.to_str());
        let name = name.expect("a migration has a name");
        let up = fs::read_to_string(folder.join("up.sql")).expect("can be read");
        Self {
            version: version(name),
            up,
        }
    }

    fn as_one_transaction(&self) -> String {
        let Self { version, up } = self;
        format!(
            "BEGIN;\n{up}\n;INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}');\nCOMMIT;"
        )
    }
}

/// What diesel_migrations calls the migration in a folder of this name.
fn version(folder: &str) -> String {
    let version = folder.split('_').next().unwrap_or(folder);
    version.replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_files(files: &[(&str, &str)]) -> Template {
        let folder = tempfile::tempdir().expect("there is room");
        for (name, up) in files {
            let migration = folder.path().join(name);
            fs::create_dir(&migration).expect("there is room");
            fs::write(migration.join("up.sql"), up).expect("there is room");
        }
        Template::of(folder.path())
    }

    #[test]
    fn versions_are_those_of_diesel() {
        assert_eq!(version("2026-11-21-000001_accounts"), "20261121000001");
        assert_eq!(
            version("00000000000000_diesel_initial_setup"),
            "00000000000000"
        );
    }

    #[test]
    fn a_changed_migration_is_another_template() {
        let one = of_files(&[("1_a", "SELECT 1"), ("2_b", "SELECT 2")]);
        let same = of_files(&[("2_b", "SELECT 2"), ("1_a", "SELECT 1")]);
        let changed = of_files(&[("1_a", "SELECT 1"), ("2_b", "SELECT 3")]);
        assert_eq!(one.hash, same.hash);
        assert_ne!(one.hash, changed.hash);
    }

    #[test]
    fn migrations_are_applied_in_order_of_their_versions() {
        let template = of_files(&[
            ("2026-01-02-0_b", ""),
            ("2026-01-01-0_a", ""),
            ("2026-01-03-0_c", ""),
        ]);
        let versions: Vec<&str> = template
            .migrations
            .iter()
            .map(|one| one.version.as_str())
            .collect();
        assert_eq!(versions, ["202601010", "202601020", "202601030"]);
    }

    #[test]
    fn the_template_of_muster_has_migrations() {
        assert!(!Template::of_muster().migrations.is_empty());
    }
}
