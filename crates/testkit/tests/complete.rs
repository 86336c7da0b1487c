//! No promise is forgotten: every public case of a contract stands in the list of its macro.
#![allow(clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn cases(source: &str) -> impl Iterator<Item = String> {
    let cases = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub async fn "));
    cases.filter_map(|rest| rest.split(['(', '<']).next().map(str::to_owned))
}

fn listed(source: &str) -> BTreeSet<String> {
    let list = source
        .split_once("macro_rules!")
        .map_or("", |(_, rest)| rest);
    let words = list.split(|character: char| !(character.is_alphanumeric() || character == '_'));
    words.map(str::to_owned).collect()
}

fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("can be listed").path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

#[test]
fn every_case_of_a_contract_is_run() {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/contracts");
    for file in rust_files(&contracts)
        .iter()
        .filter(|file| !file.ends_with("mod.rs"))
    {
        let source = fs::read_to_string(file).expect("can be read");
        let parts = rust_files(&file.with_extension(""));
        let parts = parts
            .iter()
            .map(|part| fs::read_to_string(part).expect("can be read"));
        let whole = parts.fold(source.clone(), |whole, part| whole + "\n" + &part);
        let listed = listed(&source);
        let forgotten: Vec<String> = cases(&whole)
            .filter(|case| !listed.contains(case))
            .collect();
        assert_eq!(forgotten, Vec::<String>::new(), "{}", file.display());
    }
}
