//! Decides where a server comes from: an address that was given, a Docker engine, or the machine's own programs.

use super::docker::Engine;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;

/// What is looked for, and what to say when it is not found.
pub struct Wanted {
    pub name: &'static str,
    /// Where an address can be given.
    pub variable: &'static str,
    /// What to install on Debian and Ubuntu.
    pub package: &'static str,
}

/// Where a server comes from.
#[derive(Debug, PartialEq, Eq)]
pub enum Source {
    Given(String),
    Docker(Engine),
    Local(PathBuf),
}

impl Source {
    /// The name of the folder that belongs to a server of this kind and origin.
    pub fn folder(&self, kind: &str) -> String {
        match self {
            Self::Given(url) => {
                let mut hasher = DefaultHasher::new();
                url.hash(&mut hasher);
                format!("{kind}-given-{:016x}", hasher.finish())
            }
            Self::Docker(_) => format!("{kind}-docker"),
            Self::Local(_) => format!("{kind}-local"),
        }
    }
}

/// Looks in the order that `TEST_SERVERS` asks for, or in the usual one.
pub fn find(wanted: &Wanted, local: impl FnOnce() -> Option<PathBuf>) -> Source {
    let found = Found {
        forced: told("TEST_SERVERS"),
        given: told(wanted.variable),
    };
    found.choose(wanted, Engine::that_answers, local)
}

/// A variable of the environment, unless it is empty.
#[expect(
    clippy::disallowed_methods,
    reason = "tests have no configuration but the environment"
)]
pub fn told(variable: &str) -> Option<String> {
    std::env::var(variable)
        .ok()
        .filter(|value| !value.is_empty())
}

struct Found {
    forced: Option<String>,
    given: Option<String>,
}

impl Found {
    fn choose(
        self,
        wanted: &Wanted,
        engine: impl FnOnce() -> Option<Engine>,
        local: impl FnOnce() -> Option<PathBuf>,
    ) -> Source {
        let Wanted {
            name,
            variable,
            package,
        } = wanted;
        match self.forced.as_deref() {
            None => self
                .given
                .map(Source::Given)
                .or_else(|| engine().map(Source::Docker))
                .or_else(|| local().map(Source::Local))
                .unwrap_or_else(|| {
                    panic!(
                        "there is no {name} for tests: install {package} (apt-get install {package}), \
                         start a Docker engine, or set {variable}"
                    )
                }),
            Some("given") => match self.given {
                Some(given) => Source::Given(given),
                None => panic!("TEST_SERVERS=given needs the address of a {name} in {variable}"),
            },
            Some("docker") => match engine() {
                Some(engine) => Source::Docker(engine),
                None => panic!("TEST_SERVERS=docker needs a Docker engine, and none answers: start one"),
            },
            Some("local") => match local() {
                Some(programs) => Source::Local(programs),
                None => panic!("TEST_SERVERS=local needs a {name}: install {package} (apt-get install {package})"),
            },
            Some(other) => panic!("TEST_SERVERS is given, docker or local, and not {other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: Wanted = Wanted {
        name: "PostgreSQL",
        variable: "TEST_DATABASE_URL",
        package: "postgresql",
    };

    fn choose(forced: Option<&str>, given: Option<&str>, docker: bool, local: bool) -> Source {
        let found = Found {
            forced: forced.map(str::to_owned),
            given: given.map(str::to_owned),
        };
        found.choose(
            &WANTED,
            || docker.then(|| Engine::at("tcp://127.0.0.1:2375")),
            || local.then(|| PathBuf::from("/bin")),
        )
    }

    fn given() -> Source {
        Source::Given("postgres://given".to_owned())
    }

    fn docker() -> Source {
        Source::Docker(Engine::at("tcp://127.0.0.1:2375"))
    }

    fn local() -> Source {
        Source::Local(PathBuf::from("/bin"))
    }

    #[test]
    fn an_address_comes_before_docker_and_docker_before_programs() {
        let address = Some("postgres://given");
        assert_eq!(choose(None, address, true, true), given());
        assert_eq!(choose(None, None, true, true), docker());
        assert_eq!(choose(None, None, false, true), local());
    }

    #[test]
    fn what_is_forced_is_taken_whatever_else_there_is() {
        let address = Some("postgres://given");
        assert_eq!(choose(Some("given"), address, true, true), given());
        assert_eq!(choose(Some("docker"), address, true, true), docker());
        assert_eq!(choose(Some("local"), address, true, true), local());
    }

    #[test]
    #[should_panic(
        expected = "there is no PostgreSQL for tests: install postgresql (apt-get install postgresql), start a Docker engine, or set TEST_DATABASE_URL"
    )]
    fn without_any_one_sentence_says_what_to_do() {
        choose(None, None, false, false);
    }

    #[test]
    #[should_panic(expected = "none answers")]
    fn docker_that_is_forced_and_not_there_is_no_other() {
        choose(Some("docker"), Some("postgres://given"), false, true);
    }

    #[test]
    #[should_panic(expected = "needs a PostgreSQL: install postgresql")]
    fn programs_that_are_forced_and_not_there_are_no_docker() {
        choose(Some("local"), None, true, false);
    }

    #[test]
    #[should_panic(expected = "TEST_SERVERS is given, docker or local")]
    fn a_source_that_does_not_exist_is_refused() {
        choose(Some("podman"), None, true, true);
    }
}
