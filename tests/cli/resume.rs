//! Runs that are stopped, and go on.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::{FILMS, Place, crowd};

const EVERYTHING: [&str; 3] = ["--format", "csv,json,jsonl", "--sentences"];

/// Begins `critique analyze crowd.csv --output out --quiet --resume` with every format, and `more`.
fn start(place: &Place, more: &[&str]) -> Child {
    Command::new(assert_cmd::cargo::cargo_bin("critique"))
        .current_dir(place.dir.path())
        .args(["analyze", "crowd.csv", "--output", "out", "--quiet", "--resume"])
        .args(EVERYTHING)
        .args(more)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// All files of a folder but `run.json`, and what of that does not differ from run to run.
fn report(place: &Place, folder: &str) -> Vec<(String, String)> {
    let mut names = crate::names(&place.path(folder));
    names.retain(|name| name != "run.json");
    let read = |name: &str| fs::read_to_string(place.path(folder).join(name)).unwrap();
    let mut run: serde_json::Value = serde_json::from_str(&read("run.json")).unwrap();
    for key in ["started", "timings"] {
        run.as_object_mut().unwrap().remove(key).unwrap();
    }
    let files = names.into_iter().map(|name| (read(&name), name));
    files.chain([(run.to_string(), "run.json".to_owned())]).collect()
}

/// A CSV of `count` reviews, no two sentences alike, every tenth without a text; a second or more for one job.
fn distinct(count: usize) -> String {
    let text = |row: usize| match row % 10 {
        9 => String::new(),
        _ => (0..1 + row % 17)
            .map(|at| {
                format!("Scene {at} of reel {row} has a fine cast, but Ivo Tarn's script is lazy there. ")
            })
            .collect(),
    };
    let row = |row| format!("r{row},Film {},Critic {},{:?}\n", row % 7, row % 5, text(row));
    (0..count).fold("id,film,critic,text\n".to_owned(), |table, at| table + &row(at))
}

/// When the last checkpoint was saved.
fn checkpoint(place: &Place) -> Option<SystemTime> {
    fs::metadata(place.path("out/.checkpoint")).and_then(|found| found.modified()).ok()
}

/// Waits until a run saves a checkpoint, or ends.
fn wait_for_checkpoint(place: &Place, run: &mut Child, before: Option<SystemTime>) {
    while checkpoint(place) == before && run.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(5));
    }
}

/// Kills as many runs as the environment variable CRITIQUE_KILLS says, six if it is not set: half of them at moments
/// all over a run, half soon after a checkpoint.
#[test]
fn a_run_killed_at_any_moment_goes_on_to_the_same_report() {
    let kills = std::env::var("CRITIQUE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(6);
    let place = Place::with(&[("crowd.csv", distinct(120))]);
    let began = Instant::now();
    let whole =
        [&["analyze", "crowd.csv", "--output", "whole", "--quiet", "--jobs", "1"], &EVERYTHING[..]].concat();
    assert_eq!(place.run(&whole).code, 1);
    let longest = began.elapsed().mul_f64(1.1);
    let expected = report(&place, "whole");
    let (mut killed, mut gone_on) = (0, 0);
    while killed < kills {
        let _ = fs::remove_dir_all(place.path("out"));
        loop {
            let before = checkpoint(&place);
            let mut run = start(&place, &["--jobs", "1"]);
            // Moments spread evenly, and never the same: the golden ratio's multiples.
            let moment = (f64::from(killed) * 0.618_034).fract();
            if killed % 2 == 0 {
                wait_for_checkpoint(&place, &mut run, before);
                thread::sleep(Duration::from_millis(200).mul_f64(moment));
            } else {
                thread::sleep(longest.mul_f64(moment));
            }
            if killed >= kills || run.try_wait().unwrap().is_some() {
                let output = run.wait_with_output().unwrap();
                assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
                break;
            }
            run.kill().unwrap();
            run.wait().unwrap();
            killed += 1;
            gone_on += i32::from(checkpoint(&place).is_some());
        }
        assert!(report(&place, "out") == expected, "after {killed} kills");
    }
    println!("{killed} kills, {gone_on} with a checkpoint");
    assert!(gone_on > 0, "no run lasted until a checkpoint");
}

/// A run that reads from a pipe that stays open, once it has saved a checkpoint.
#[cfg(unix)]
fn waiting(place: &Place) -> Child {
    use std::io::Write;
    let before = checkpoint(place);
    let mut run = Command::new(assert_cmd::cargo::cargo_bin("critique"))
        .current_dir(place.dir.path())
        .args(["analyze", "crowd.csv", "-", "--output", "out", "--quiet", "--resume", "--jobs", "1"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    run.stdin.as_mut().unwrap().write_all(b"{\"text\": \"A fine film.\"}\n").unwrap();
    wait_for_checkpoint(place, &mut run, before);
    assert!(run.try_wait().unwrap().is_none());
    run
}

#[cfg(unix)]
fn signal(run: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &run.id().to_string()]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_work_and_says_how_to_go_on() {
    let place = Place::with(&[("crowd.csv", distinct(120))]);
    for name in ["-INT", "-TERM"] {
        let run = waiting(&place);
        signal(&run, name);
        let output = run.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.starts_with("critique: stopped") && told.contains("--resume"), "{told}");
        assert!(place.names().iter().all(|name| name.starts_with('.')), "{:?}", place.names());
    }
    let args = ["analyze", "crowd.csv", "-", "--output"];
    let stdin = "{\"text\": \"A fine film.\"}\n{\"text\": \"A poor film.\"}\n";
    let resumed = place.run_with(&[&args[..], &["out", "--quiet", "--resume"]].concat(), stdin);
    assert_eq!((resumed.code, resumed.err.as_str()), (1, ""));
    assert_eq!(place.run_with(&[&args[..], &["whole", "--quiet"]].concat(), stdin).code, 1);
    assert!(report(&place, "out") == report(&place, "whole"));
}

#[cfg(unix)]
#[test]
fn two_runs_do_not_share_a_folder() {
    let place = Place::with(&[("crowd.csv", distinct(120)), ("films.csv", FILMS.to_owned())]);
    let mut first = waiting(&place);
    let second = place.run(&["analyze", "films.csv", "--output", "out"]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(second.code, 2);
    assert!(
        second.err.contains("another run is writing to") && second.err.lines().count() == 1,
        "{}",
        second.err
    );
    // The lock goes with its holder, whatever that leaves behind.
    place.analyze("films.csv", &[], 0);
    assert!(place.names().iter().all(|name| !name.starts_with('.')));
}

#[test]
fn only_the_same_command_goes_on() {
    let place = Place::with(&[("crowd.csv", crowd(20))]);
    let done = |more: &[&str]| start(&place, more).wait_with_output().unwrap();
    assert_eq!(done(&[]).status.code(), Some(1));
    let before = report(&place, "out");
    assert_eq!(done(&["--jobs", "1"]).status.code(), Some(1));
    for (more, word) in [(&["--limit", "3"][..], "--limit"), (&["--no-text"], "--no-text")] {
        let output = done(more);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), told.lines().count()), (Some(2), 1), "{told}");
        assert!(told.contains(word) && told.contains("--resume"), "{told}");
    }
    fs::write(place.path("crowd.csv"), crowd(21)).unwrap();
    assert!(String::from_utf8(done(&[]).stderr).unwrap().contains("input files"));
    assert!(report(&place, "out") == before);
    let again = [&["analyze", "crowd.csv", "--output", "out"], &EVERYTHING[..], &["--resume"]].concat();
    place.analyze("crowd.csv", &EVERYTHING, 1);
    assert!(place.run(&again).out.contains("is complete"));
}
