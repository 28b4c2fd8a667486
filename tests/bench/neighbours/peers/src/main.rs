//! The reference models on event lists and simulation crates of other people.
//!
//! `peers CRATE MODEL CASES SEED...` prints one mean sojourn in minutes for each seed. The crates carry events only: pools, lines,
//! routing and laws stand here, the same for all of them, and nothing is kept but one mean.

mod desque_model;
mod desru_model;
mod network;
mod simu_model;

use network::Model;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [crate_name, model, cases, seeds @ ..] = arguments.as_slice() else {
        eprintln!("peers desque|desru|simu a|b|c CASES SEED...");
        std::process::exit(2);
    };
    let model = Model::of_letter(model);
    let cases: u64 = cases.parse().expect("a number of cases");
    for seed in seeds {
        let seed: u64 = seed.parse().expect("a seed");
        let mean = match crate_name.as_str() {
            "desque" => desque_model::run(&model, cases, seed),
            "desru" => desru_model::run(&model, cases, seed),
            "simu" => simu_model::run(&model, cases, seed),
            other => panic!("no model in {other}"),
        };
        println!("{mean}");
    }
}
