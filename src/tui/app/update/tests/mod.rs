//! Messages in, state and jobs out; journeys as key strings.

mod answers;
mod asking;
mod binding;
mod changing;
mod giving;
mod going_on;
mod keys;
mod law;
mod lists;
mod making;
mod pointing;
mod prompts;
mod restarting;
mod screens;
mod taking_back;
mod trust;
mod trying;
mod waiting;
mod world;
