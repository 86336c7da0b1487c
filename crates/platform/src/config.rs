//! What the process is told: layered settings, validated whole before anything starts.
//!
//! From weakest to strongest: defaults, `config/base.toml`, `config/{profile}.toml`, files in a secrets directory,
//! `MUSTER_…` environment variables (`__` nests), flags of the command. An unknown key in any of them is a fault, and all
//! faults are reported at once, each with its origin. To add a setting: a line in `keys.rs`, a field in `settings.rs`, a
//! reading in `validate.rs`.

mod auth;
mod check;
mod environment;
mod faults;
mod keys;
mod layers;
mod loaded;
mod networks;
mod origin;
mod settings;
mod validate;
mod values;

pub use environment::process_environment;
pub use faults::{ConfigFault, ConfigFaults};
pub use layers::Sources;
pub use loaded::{Entry, Loaded};
pub use networks::Networks;
pub use origin::{Origin, OriginKind};
pub use settings::{
    Address, AuthMode, AuthSettings, Bucket, DatabaseUrl, DrainSettings, GatewaySettings,
    HttpSettings, JwksSettings, LimitSettings, LogSettings, ManagementSettings, ObjectsUrl,
    Profile, Settings,
};

impl Settings {
    /// Reads every layer and validates the whole.
    ///
    /// # Errors
    /// [`ConfigFaults`] with everything that is wrong, not only the first thing.
    pub fn load(sources: &Sources) -> Result<Loaded, ConfigFaults> {
        validate::load(sources)
    }
}
