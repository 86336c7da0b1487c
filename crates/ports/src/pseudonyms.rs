//! Names for what must not be named: emails, addresses of the network.

use domain::Digest;

/// Gives things other names, under which they can be counted and not be told. The same thing has the same name in
/// every process of an installation, and another name in every other installation: it takes the installation's
/// secret to find a name for a guess.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Pseudonyms: Send + Sync {
    /// The name of a thing. Things of different kinds never share a name.
    fn of(&self, kind: &'static str, thing: &[u8]) -> Digest;
}
