//! The command line.

use crate::exit::Kind;
use clap::{Parser, Subcommand, ValueEnum};

/// The self-hosted backend for teams that work in shifts.
#[derive(Debug, Parser)]
#[command(name = "muster", version, about, arg_required_else_help = true)]
pub struct Cli {
    /// Sets a setting for this run, such as `http.listen=127.0.0.1:9000`; may be given many times.
    #[arg(long = "set", value_name = "KEY=VALUE", global = true)]
    pub set: Vec<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Starts the service.
    Serve {
        /// Serves only these parts of the product, with their routes and their workers; all of them by
        /// default. Sign-in and the catalogue of errors are always there.
        #[arg(long, value_delimiter = ',', value_name = "PARTS")]
        only: Vec<Context>,
    },
    /// Brings the schema up to this version, takes it back, or says where it stands.
    Migrate {
        /// Which of them.
        #[command(subcommand)]
        direction: Migrate,
    },
    /// Fills an empty installation with people and photos: the same seed, the same rows.
    Seed {
        /// How many people.
        #[arg(long, default_value_t = 25)]
        users: u32,
        /// Decides everything that is made up.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Prints a one-time set-up link for the first admin.
    Admin {
        /// What about them.
        #[command(subcommand)]
        action: Admin,
    },
    /// Makes keys that machines come with, and new keys that sign access tokens.
    Keys {
        /// What about them.
        #[command(subcommand)]
        action: Keys,
    },
    /// Shows that nobody has changed the audit trail.
    Audit {
        /// Which of them.
        #[command(subcommand)]
        action: Audit,
    },
    /// Checks or prints the configuration.
    Config {
        /// Which of them.
        #[command(subcommand)]
        action: Config,
    },
    /// Prints the OpenAPI document.
    Openapi,
    /// Asks a running service whether it is ready: exit code 0 or 69. For containers.
    Healthcheck,
    /// Measures this machine against the baselines in the same run.
    Bench {
        /// Seconds of load a measurement.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Times each measurement is taken; the median counts.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// Seconds of 500 mixed reads and writes a second after that; 0 for none.
        #[arg(long, default_value_t = 0)]
        mixed: u64,
        /// Serves a part of the benchmark; started by the benchmark itself.
        #[arg(long, hide = true)]
        serve: bool,
    },
}

/// A part of the product that can be served by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Context {
    /// People and their photos.
    Accounts,
}

/// Ways to migrate.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Migrate {
    /// Applies every pending migration.
    Up,
    /// Takes the newest migrations back, with all they hold.
    Down {
        /// How many.
        #[arg(long, default_value_t = 1)]
        steps: usize,
    },
    /// Lists migrations and where they stand.
    Status,
}

/// What can be done about admins.
#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Prints a one-time link with which the admin of this email sets a password. In an empty
    /// installation it makes the first admin.
    Create {
        /// Where the admin will sign in.
        #[arg(long)]
        email: String,
    },
}

/// What can be done about keys.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Prints a new machine key, this once; only its digest is kept.
    Create {
        /// What people call it, to tell it from others.
        #[arg(long)]
        name: String,
        /// What it may do, such as `users:read`; may be given many times.
        #[arg(long, required = true, value_delimiter = ',')]
        scope: Vec<String>,
    },
    /// Signs access tokens with a new key and prints its id (`kid`). Keys take turns by themselves every 30 days; this is
    /// for whoever fears for the one that signs. The embedded database needs the server stopped; beside processes that
    /// share a PostgreSQL the new key signs 20 seconds later, when all of them know it.
    Rotate {
        /// Removes all earlier keys: every access token that is out is refused, at running processes within 20 seconds.
        /// Devices stay signed in and refresh their tokens.
        #[arg(long)]
        revoke: bool,
    },
}

/// What can be done about the audit trail.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Audit {
    /// Goes over all seals and the rows they stand for, and names the first that no longer fits; exit code 70 then. Only
    /// reads, also while the service runs. Note the newest seal that it prints somewhere else: only who knows it notices
    /// later that the seals were all made anew.
    Verify,
}

/// What can be done about the configuration.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Config {
    /// Says what is wrong or doubtful.
    Check,
    /// Prints every setting with where it comes from; secrets as fingerprints.
    Print,
}

impl Cli {
    /// Reads the process's command line. Help and version end the process well, wrong usage with 64.
    #[must_use]
    pub fn parse_or_exit() -> Self {
        Self::try_parse().unwrap_or_else(|error| {
            // Nothing can be done about a console that is gone.
            let _closed = error.print();
            std::process::exit(if error.use_stderr() { 64 } else { 0 })
        })
    }

    /// The settings given on the command line, as pairs.
    ///
    /// # Errors
    /// [`crate::Failure`] for one without `=`.
    pub fn flags(&self) -> Result<Vec<(String, String)>, crate::Failure> {
        self.set
            .iter()
            .map(|pair| match pair.split_once('=') {
                Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
                None => Err(crate::Failure {
                    kind: Kind::Usage,
                    message: format!("--set takes KEY=VALUE, not {pair}"),
                }),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::{CommandFactory as _, Parser as _};

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_setting_without_a_value_is_wrong_usage() {
        let cli = Cli::try_parse_from(["muster", "serve", "--set", "http.listen"]).unwrap();
        assert!(cli.flags().unwrap_err().message.contains("http.listen"));
    }
}
