//! One transaction on one connection, from its BEGIN to its end, whatever happens in between.

use crate::fault;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use ports::Fault;

/// Takes the connection out of its slot (or opens one), runs the closure between `begin` and COMMIT,
/// or ROLLBACK when it answers an error, and puts the connection back once its transaction has
/// certainly ended. A connection of which that is not known, or whose closure panicked, is closed
/// instead: closing rolls back.
pub fn run<T, E: From<Fault>>(
    slot: &mut Option<SqliteConnection>,
    open: impl FnOnce() -> Result<SqliteConnection, Fault>,
    begin: &str,
    work: impl FnOnce(&mut SqliteConnection) -> Result<T, E>,
) -> Result<T, E> {
    let mut connection = match slot.take() {
        Some(connection) => connection,
        None => open()?,
    };
    if let Err(refused) = connection.batch_execute(begin) {
        *slot = Some(connection);
        return Err(fault::of("beginning a transaction")(refused).into());
    }
    let (outcome, ended) = match work(&mut connection) {
        Ok(value) => match connection.batch_execute("COMMIT") {
            Ok(()) => (Ok(value), true),
            Err(error) => {
                let ended = connection.batch_execute("ROLLBACK").is_ok();
                (Err(fault::of_commit(error).into()), ended)
            }
        },
        Err(error) => (Err(error), connection.batch_execute("ROLLBACK").is_ok()),
    };
    if ended {
        *slot = Some(connection);
    }
    outcome
}
