//! One battery of tests for both engines: each story runs on a fresh SQLite
//! file and on a fresh database of a throw-away PostgreSQL cluster.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking; the helpers of this battery are outside of test functions"
)]

mod accounts;
mod assignments;
mod audit;
mod collecting;
mod confirming;
mod crash;
mod database;
mod editions;
mod events;
mod evidence;
mod figures;
mod links;
mod migrations;
mod peers;
mod plans;
mod records;
mod use_cases;

use database::Database;

/// Makes a test of each story for each engine.
macro_rules! battery {
    ($($module:ident :: { $($story:ident),+ $(,)? })+) => {
        mod sqlite {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                crate::$module::$story(crate::Database::sqlite()).await;
            })+)+
        }
        mod postgres {
            $($(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                crate::$module::$story(crate::Database::postgres()).await;
            })+)+
        }
    };
}

battery! {
    plans::{
        a_plan_comes_back_as_it_was_stored,
        the_same_text_is_refused_with_the_plan_that_holds_it,
        what_is_not_there_is_said_so,
        indicators_beyond_a_thousand_stay_in_order,
        a_correction_is_a_further_version,
        a_change_of_definition_can_be_corrected,
    }
    figures::{
        another_value_is_a_further_vintage,
        who_saw_an_older_vintage_is_refused,
        a_batch_is_stored_whole_or_not_at_all,
        a_past_moment_shows_what_was_known_then,
        a_clock_that_goes_backwards_loses_nothing,
        a_filter_gives_page_after_page,
        a_burst_is_grouped_and_nobody_spoils_it,
        two_programs_write_into_one_chain,
        what_the_database_refuses_spoils_no_neighbour,
    }
    accounts::{
        who_logs_in_has_a_session_until_it_ends,
        a_person_switched_off_is_out_at_once,
        guessing_is_slowed,
        guessing_all_at_once_is_slowed_like_in_a_row,
        odd_names_roles_and_passwords_are_refused,
        each_of_three_administrators_does_their_own_part,
        who_was_given_a_password_must_change_it,
        a_person_sees_and_ends_their_own_sessions,
        an_identity_opens_the_account_it_is_linked_with,
    }
    assignments::{
        a_part_goes_its_way_and_only_the_named_one_decides,
        two_people_answer_for_the_same_part_and_one_is_told,
        a_table_of_duties_is_taken_over_whole_or_not_at_all,
        suggestions_say_why_and_leave_out_who_was_asked,
    }
    audit::{
        every_tampering_is_named_with_its_place,
        the_chain_can_be_read_newest_first,
    }
    collecting::{
        a_figure_becomes_of_record_when_it_is_accepted,
        nobody_overwrites_anothers_report,
        a_round_that_is_over_or_locked_takes_nothing,
        a_merged_unit_leaves_its_rows_to_the_other,
    }
    confirming::{
        decisions_come_back_as_they_were_stored,
        a_late_decision_or_version_is_refused_whole,
        several_people_confirm_at_once_and_nothing_is_lost,
        the_same_candidate_is_decided_by_one,
        deciding_changes_the_register_and_undoing_changes_it_back,
        a_plan_stored_before_there_were_decisions_verifies,
    }
    editions::{
        a_corrected_text_takes_everything_over,
        an_edition_that_must_not_be_stored_is_not,
    }
    events::{
        events_come_back_in_their_order_and_as_known_then,
        who_read_less_is_refused_and_nothing_stays,
        an_installation_keeps_its_directory,
    }
    evidence::{
        the_same_content_is_kept_once_and_comes_back,
        a_changed_file_is_named_and_not_given_out,
        evidence_goes_with_the_unit_and_its_round,
    }
    links::{
        links_are_proposed_at_import_and_decided_by_people,
        a_yearly_target_counts_and_says_where_it_comes_from,
    }
    migrations::{
        up_down_up_gives_the_same_tables,
        a_database_of_another_program_is_refused,
    }
    peers::{
        figures_of_peers_are_kept_whole_with_every_vintage,
    }
    use_cases::{
        a_text_becomes_a_plan_with_figures_and_verdicts,
        a_plan_that_must_not_be_stored_is_not,
        a_file_of_figures_imported_twice_changes_nothing,
        a_reader_changes_nothing,
    }
    crash::{
        killed_in_the_middle_of_an_import_all_or_nothing_is_there,
    }
}

#[tokio::test]
async fn a_flipped_bit_in_the_file_is_named() {
    audit::a_flipped_bit_in_the_file_is_named().await;
}

#[tokio::test]
async fn a_wrong_address_is_refused_with_what_to_do() {
    migrations::a_wrong_address_is_refused_with_what_to_do().await;
}
