//! Turns a contract suite into named tests, so that a broken promise is named in the test report.

/// Makes one `#[tokio::test(flavor = "multi_thread")]` a case. `$fixture` is an expression, evaluated
/// afresh in each test, that gives a future; its output is passed to each case by reference.
///
/// Contract macros such as `user_repository_contract!` are made with this one.
#[macro_export]
macro_rules! suite {
    ($contract:path, $fixture:expr, [$($case:ident),+ $(,)?]) => {
        $(
            #[$crate::tokio::test(flavor = "multi_thread", crate = "testkit::tokio")]
            async fn $case() {
                use $contract as contract;
                let fixture = $fixture.await;
                contract::$case(&fixture).await;
            }
        )+
    };
}
