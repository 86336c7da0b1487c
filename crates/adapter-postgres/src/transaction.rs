//! One piece of work on one connection, bounded in time, and what is known of it when it did not end well.

use crate::connector::Held;
use crate::database::refused;
use crate::fault::{self, BACKEND};
use core::time::Duration;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use futures::future::BoxFuture;
use ports::Fault;
use tokio::time::timeout;

/// A statement ends itself after 3 s (`statement_timeout`); past this the server is not answering.
const WORK: Duration = Duration::from_secs(4);
/// A COMMIT that is not answered within this is lost.
const COMMIT: Duration = Duration::from_secs(3);

/// Runs the closure without a transaction.
pub async fn read<T, E, W>(held: &mut Held, work: W) -> Result<T, E>
where
    E: From<Fault>,
    W: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, Result<T, E>>,
{
    let connection = held.taken().map_err(refused)?;
    let outcome = timeout(WORK, work(connection)).await;
    let outcome = outcome.map_err(|elapsed| Fault::unavailable(BACKEND, elapsed))?;
    held.is_clean();
    outcome
}

/// Runs the closure between BEGIN and COMMIT, or ROLLBACK when it answers an error. A connection of
/// which it is not known that its transaction has ended stays spoiled and is closed: that rolls back.
pub async fn write<T, E, W>(held: &mut Held, work: W) -> Result<T, E>
where
    E: From<Fault>,
    W: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, Result<T, E>>,
{
    let connection = held.taken().map_err(refused)?;
    let working = async {
        let begun = connection.batch_execute("BEGIN").await;
        begun.map_err(fault::of("beginning a transaction"))?;
        work(connection).await
    };
    let outcome = timeout(WORK, working).await;
    let connection = held.taken().map_err(refused)?;
    match outcome.map_err(|elapsed| Fault::unavailable(BACKEND, elapsed))? {
        Ok(value) => {
            commit(connection).await?;
            held.is_clean();
            Ok(value)
        }
        Err(error) => {
            let ended = timeout(COMMIT, connection.batch_execute("ROLLBACK")).await;
            if matches!(ended, Ok(Ok(()))) {
                held.is_clean();
            }
            Err(error)
        }
    }
}

async fn commit(connection: &mut AsyncPgConnection) -> Result<(), Fault> {
    match timeout(COMMIT, connection.batch_execute("COMMIT")).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(fault::of_commit(error)),
        Err(elapsed) => Err(Fault::uncertain(BACKEND, elapsed)),
    }
}
