//! Runs a flat [`program::Program`]: one replication, one thread, in order of simulated time.
//!
//! Knows indices, not names; cases, tokens and resources, not citizens and clerks (but for the accounts that it adds up,
//! see [`account`]). It draws no random number that is not keyed by case, element and visit (see [`random`]), so that two
//! variants of a scenario share their luck on what they share.
//!
//! Life of a run: [`arrivals`] bring cases; each case has tokens that go from element to element ([`element`]); tokens wait
//! for members of [`resource_pool`]s; whatever ends is handed to an observer ([`record`]).
//!
//! What was tried for speed. The first table holds instructions an event of the reference models a, b, c with an observer that keeps
//! one mean (callgrind, `kezek bench once`, the difference of two sizes), the specialised loop's own being 133, 251, 279:
//!
//! | what | a | b | c |
//! | --- | --- | --- | --- |
//! | general path for all work | 1581 | 1780 | 2024 |
//! | straight path for plain work ([`element`]'s `plain`) | 1230 | 1153 | 1316 |
//! | a member goes from hand to hand: the one who has just finished serves whoever is next in line, and is not given back and taken | 1174 | 1081 | 1190 |
//! | samplers and accounts looked up beforehand; the bound for ties of [`queue`] made once and not at every level | 1154 | 1051 | 1161 |
//!
//! In processor time (nanoseconds an event, the loop's being 13.4, 27, 28): 70, 78, 97 before the last two rows, 61, 71, 78 after;
//! since what stands last in the second table 56, 63, 68: 4.1, 2.3 and 2.3 times the loop. With all measures 99, 79, 86. What an
//! experiment keeps besides: sketches only of what a case touched brought 3869 to 2059 instructions an event on a; later work left
//! 1992, 1384, 1510 on a, b, c. Adding up the accounts of all cases instead of each measure, asking a case only for measures whose
//! accounts are not 0, and taking values into sketches in batches of 128 brought 1644, 1297, 1419 (`experiment`'s recipes), and 6 %
//! of the instructions of a nation's year; 1570, 1099, 1238 now. The processor's time of a, b, c stayed the same all the same (a:
//! 107 and 108 nanoseconds an event, of which 50 are for measures). So it is not the number of instructions that costs there; 1 350
//! page faults for every 100 000 cases are a part of it, from the values kept by person and the buckets of sketches.
//!
//! The flagship is another matter: a case passes some 110 elements, of which a third take time, and its as-is has thousands of
//! timers. Instructions of one replication of its four variants, in thousands of millions (callgrind, `kezek compare
//! birth-of-a-child --replications 1 --threads 1`): 12.0 before the last three rows but one of the next table, 10.4 after, 155
//! nanoseconds an event with all measures, twice an event of b. A nation's year of 54 million cases takes 30 seconds.
//!
//! | tried | brought |
//! | --- | --- |
//! | queue keys of 64 bits instead of 128, children of a node side by side, a look at a case only where one can see something | 3 % together |
//! | giving up an event stops where its key had lost ([`queue`]) | 2 % of a study with timers |
//! | a gateway reads its ways once instead of three times | 0.5 % of a study |
//! | quantile tables shared by all variants and edits (`random::sampler`) | three quarters of what tables cost |
//! | variants compiled at the same time, critical values of t remembered | some 20 ms of the window's first answer |
//! | keys that hold the number of insertion and no leaf, so that no two are level, and nodes in fours ([`queue`]) | a fifth of a walk to the root; 6 % of the flagship |
//! | gateways with a few ways by shares, or by what one slot holds, in one row each | 4 % of the flagship |
//! | visits counted apart from slots and half as wide; rows of cases, tokens, bodies and pools in whole lines of memory, what every event looks at in front | some 3 % of the flagship; 13 % of 10 000 steps |
//! | the channel of an activity looked up only for observers that read it; a term's end only where a decision needs it | 3 % of the flagship |
//! | buckets of sketches by the exponent of a floating-point number; values of 0 counted and not kept (`statistics::sketch`) | 11 % of a nation's year |
//! | guides of calendars made in one walk instead of a search for each cell | a third of a run of decades with dozens of calendars |
//! | the log written while the measures are taken, not in a run of its own | nearly half of a single replication with a log |
//! | no check for ties where keys are empty, one test instead of two at each level | nothing |
//! | events of later days in a list for each day, moved into the queue's tree when the day comes | not kept: in a trial of the queue alone with 18 000 timers 14 % fewer instructions, but in the flagship 4 % more, in the reference models 5 % more |
//! | slots and insertion numbers of the queue in one row instead of two lists | nothing |
//! | elements that only apply effects merged with their neighbours (`compile::merge`), work that nothing scarce holds up in two straight pieces (`element::free`) | 7 % of the flagship's instructions |
//! | a node's keys and the leaves that they come from side by side, in one row | 2 % of the flagship, 2.5 % of b |
//! | pushing an event, joining and leaving lines, and drawing a value in place instead of called | 5 % of the flagship, 14 % of b |
//! | two trees of events, for what is near and for what is more than a day ahead | not kept: a push costs a tenth less in the flagship, but half as many leaves again have to be cleared: 1 % more in all |
//! | what a turn of work looks at of a pool in two lines of memory instead of four, the sums of an activity in one with what its element is to a step, hourly sums of pools side by side, the accounts that staff's work adds to in one line | 10 % of 10 000 steps, 4 % of the flagship, 3 % of b with all measures |
//! | sketches fed 512 values at a time instead of 128 | nothing |
//!
//! What is left is spread evenly: no line takes more than 5 % of a run, bounds checks some 12 % together. Unsafe code stays out. The
//! largest single parts are the queue's walk to the root (a sixth of a study with thousands of timers) and, where measures are
//! kept, the end of a case (a tenth of a nation's year): some 25 measures, each with a sketch. 10 000 steps and 2 000 pools cost 1.8 times
//! what 20 steps do: counted with a cache of 1 MB (callgrind's), an event misses it some ten times, at its element's two rows (what it
//! is, what it came to), its pool's two, the batch of its waiting times, its case and its token, which are far apart because so many
//! are there. Each pool changes several times an hour, so that reading its areas at each change instead of each hour would be more
//! work.
//!
//! For many threads: runs share the program, which is read only, and a cancel flag that is looked at every 4 096 events. All state of a
//! run lies in vectors of its own, made by its own thread, so that no two threads write one line of memory; no lock is taken and no
//! counter shared until the run is over (but for a backlog beyond all measure, see [`crowd`]). Results are taken in under a lock once
//! a run, which takes some 0.4 % of the run's own time: 64 threads keep that lock busy for a quarter of the time.
//!
//! Reading order: [`program`], [`run`], [`element`], [`resource_pool`], then the rest.

pub mod account;
pub mod arrivals;
pub mod calendar;
pub(crate) mod clock;
pub mod condition;
pub mod crowd;
pub mod element;
pub mod program;
pub mod queue;
pub mod random;
pub mod reach;
pub mod record;
pub mod resource_pool;
pub mod run;
mod shared_hours;
mod slots;
pub mod state;
pub mod working_days;
