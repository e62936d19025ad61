//! Every rule, in a sentence, and the test that would fail without it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The number of a rule, the rule, and its test: one of this folder, or `file::test` beside it.
const RULES: &[(&str, &str, &str)] = &[
    ("S1", "a reducer is for one exact type", "n1_3_reducers_are_found_by_the_exact_type"),
    ("S2", "a reduction has two to six parts", "s2_a_reduction_has_up_to_six_parts"),
    ("S3", "a migration by several constructors keeps old data", "seed::every_python"),
    ("S4", "a state is the whole `__dict__`", "s4_a_state_has_every_attribute_there_is"),
    (
        "S5",
        "what is called must be known to the reader",
        "s5_a_name_that_nobody_knows_makes_nothing",
    ),
    ("N1.1", "a persistent id wins over the memo", "persistent::an_id_wins_over_the_memo"),
    ("N1.2", "an override wins over the type's own reduction", "derive::the_registry_wins"),
    ("N1.3", "tables are keyed by exact type", "n1_3_reducers_are_found_by_the_exact_type"),
    ("N1.4", "a reducer's string is a global", "n1_4_a_reducers_name_is_a_global_of_its_module"),
    ("N1.5", "no persistent id is asked for an id", "persistent::endless_ids"),
    ("N2.1", "an index is the number of entries", "n2_1_an_index_is_the_number_of_entries_so_far"),
    ("N2.2", "what is memoized and what never", "n2_2_what_is_memoized"),
    (
        "N2.3",
        "containers are memoized before their children",
        "n2_3_containers_before_and_immutables_after_their_children",
    ),
    ("N2.4", "the memo keeps what it knows alive", "sharing::temporaries"),
    (
        "N2.5",
        "equal strings are not one",
        "n2_5_equal_strings_are_merged_by_nobody_but_the_canonical_profile",
    ),
    ("N2.6", "the memo lives as long as the pickler", "n2_6_the_memo_lives_as_long_as_the_pickler"),
    ("N2.7", "a memo may have gaps", "n2_7_gaps_are_normal"),
    ("N3.1", "a batch has a thousand items", "n3_1_batches_have_a_thousand_items"),
    (
        "N3.2",
        "the C pickler ends batches in its own way",
        "n3_2_the_c_pickler_ends_batches_in_its_own_way",
    ),
    ("N3.3", "a container may have many batches", "n3_3_batches_add_up"),
    ("N4.1", "a tuple's opcode depends on its length", "n4_1_tuples_by_length"),
    (
        "N4.2",
        "a tuple in itself is thrown away",
        "n4_2_a_tuple_reached_through_itself_is_thrown_away",
    ),
    ("N4.3", "so is a frozenset", "n4_3_frozensets_too_and_sets_as_calls_before_protocol_4"),
    (
        "N4.4",
        "so is a call",
        "n4_4_a_call_that_is_reached_through_its_arguments_is_thrown_away_too",
    ),
    (
        "N4.5",
        "keys may be incomplete when they are stored",
        "n4_5_keys_that_are_incomplete_when_they_are_hashed",
    ),
    ("N5.1", "an integer takes its shortest form", "n5_1_the_shortest_integer"),
    ("N5.2", "longs are minimal two's complement", "n5_2_longs_are_minimal_and_need_not_be"),
    ("N5.3", "bools are `I00` and `I01` before protocol 2", "n5_3_bools"),
    ("N5.4", "integers as text are Python literals, of limited length", "n5_4_text_of_integers"),
    ("N5.5", "floats are big-endian, or their `repr`", "n5_5_floats"),
    ("N5.6", "equal numbers are one key", "n5_6_equal_numbers_are_one_key"),
    ("N6.1", "text may have lone surrogates", "n6_1_lone_surrogates"),
    ("N6.2", "short forms count bytes", "n6_2_short_forms"),
    ("N6.3", "text of protocol 0 is raw-unicode-escape", "n6_3_raw_unicode_escape"),
    ("N6.4", "strings of Python 2 are quoted at both ends", "n6_4_quoted_strings"),
    (
        "N6.5",
        "they have an encoding of the reader's choice",
        "n6_5_an_encoding_for_strings_of_python_2",
    ),
    ("N6.6", "bytes are calls before protocol 3", "n6_6_bytes_before_their_opcodes"),
    ("N6.7", "a line cannot hold a newline", "n6_7_a_line_cannot_hold_a_newline"),
    ("N6.8", "a carriage return is no end of a line", "n6_8_lines_end_in_a_newline_only"),
    (
        "N7.1",
        "extension codes are above zero and not memoized",
        "n7_1_extension_codes_are_never_memoized",
    ),
    (
        "N7.2",
        "nested names are `getattr` before protocol 4",
        "n7_2_nested_names_are_chains_before_protocol_4",
    ),
    ("N7.3", "names are ASCII before protocol 3", "n7_3_names_are_ascii_before_protocol_3"),
    ("N7.4", "names of Python 2 before protocol 3", "n7_4_names_of_python_2_before_protocol_3"),
    ("N7.5", "a local name is not written", "globals::names_that_cannot_be_written_are_refused"),
    ("N7.5", "nor found", "n7_5_what_is_local_cannot_be_found"),
    ("N7.6", "three classes are calls of `type`", "n7_6_classes_without_a_name"),
    ("N7.7", "a stack global is made of two str", "n7_7_operands_of_a_stack_global_are_str"),
    ("N7.8", "dots and mangled names are kept", "n7_8_dots_and_mangled_names_are_kept"),
    ("N8.1", "items, entries, state", "n8_1_items_then_entries_then_state"),
    (
        "N8.2",
        "NEWOBJ is a function before protocol 2",
        "n8_2_newobj_is_a_function_before_protocol_2",
    ),
    (
        "N8.3",
        "NEWOBJ_EX is a partial call before protocol 4",
        "n8_3_keyword_arguments_are_a_partial_call_before_protocol_4",
    ),
    ("N8.4", "an empty state is a state", "n8_4_a_state_is_written_unless_there_is_none"),
    ("N8.5", "a state is a dict, or a dict and slots", "n8_5_every_form_of_a_state"),
    ("N8.6", "objects have items", "n8_6_items_of_objects"),
    ("N8.7", "arguments are a tuple", "n8_7_arguments_are_a_tuple"),
    ("N8.8", "instances of Python 2", "n8_8_instances_of_python_2"),
    ("N8.9", "the reconstructor", "n8_9_the_reconstructor_of_protocols_0_and_1"),
    ("N8.10", "slots are the second part of a state", "n8_10_slots_are_the_second_part_of_a_state"),
    ("N9.1", "a small frame has no header", "n9_1_small_frames_have_no_header"),
    (
        "N9.2",
        "a frame ends before the next value",
        "n9_2_a_frame_ends_before_the_value_that_finds_it_full",
    ),
    ("N9.3", "large payloads stay outside of frames", "n9_3_large_payloads_stay_outside"),
    ("N9.4", "`optimize` frames in its own way", "n9_4_optimize_makes_frames_of_its_own"),
    (
        "N9.5",
        "nothing crosses the end of a frame",
        "n9_5_frames_are_optional_and_must_hold_whole_instructions",
    ),
    ("N9.6", "a frame's length is not memory", "n9_6_a_length_of_a_frame_is_not_memory"),
    ("N10.1", "memo indexes are any number", "n10_1_memo_indexes"),
    ("N10.2", "and cost nothing", "n10_2_far_indexes_are_no_memory"),
    ("N10.3", "a mark hides what is below", "n10_3_nothing_below_the_last_mark_is_seen"),
    ("N10.4", "the top is the value", "n10_4_the_top_is_the_value"),
    ("N10.5", "a protocol number gates nothing", "n10_5_a_protocol_number_gates_nothing"),
    ("N10.6", "a prefix is no pickle", "n10_6_every_prefix_is_an_end_of_input"),
    ("N10.7", "a memo may outlive its pickle", "n10_7_the_memo_outlives_a_pickle_on_request"),
    ("N10.8", "persistent ids", "n10_8_persistent_ids"),
    (
        "N10.8",
        "without a hook they are named",
        "persistent::ids_without_a_hook_are_errors_that_name_them",
    ),
    ("N10.9", "missing buffers", "buffers::missing_buffers_are_two_different_errors"),
    ("N10.10", "a dot may be an operand", "n10_10_a_dot_may_be_an_operand"),
    ("N10.11", "negative lengths are errors", "n10_11_lengths_that_cannot_be"),
    ("N11", "buffers, in band and out of band", "buffers::python_agrees"),
    ("N12", "the reductions of the standard library", "types::standard_library"),
    ("N13", "golden vectors", "n13_graphs_are_written_as_cpython_does"),
    ("N14", "what versions of CPython differ in", "emission::profiles_are_those_of_every_cpython"),
];

/// How many rules each section has; none where the section is one rule.
const SECTIONS: &[(&str, usize)] = &[
    ("N1", 5),
    ("N2", 7),
    ("N3", 3),
    ("N4", 5),
    ("N5", 6),
    ("N6", 8),
    ("N7", 8),
    ("N8", 10),
    ("N9", 6),
    ("N10", 11),
    ("N11", 0),
    ("N12", 0),
    ("N13", 0),
    ("N14", 0),
];

fn source(path: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of the tests in a file.
fn tests(text: &str) -> BTreeSet<String> {
    let after = text.split("#[test]\nfn ").skip(1);
    after.filter_map(|rest| rest.split_once('(')).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn each_rule_has_a_test() {
    let mut rules: BTreeSet<String> = (1..=5).map(|number| format!("S{number}")).collect();
    for &(section, count) in SECTIONS {
        rules.extend((1..=count).map(|number| format!("{section}.{number}")));
        rules.extend((count == 0).then(|| section.to_owned()));
    }
    let listed: BTreeSet<String> = RULES.iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(listed, rules);
    let files = ["atoms", "cycles", "globals", "golden", "hostile", "machine", "memo", "objects"];
    let own: BTreeSet<String> = files
        .iter()
        .chain(["saving"].iter())
        .flat_map(|file| tests(&source(&format!("rules/{file}.rs"))))
        .collect();
    for (number, rule, test) in RULES {
        let exists = match test.split_once("::") {
            Some((file, test)) => tests(&source(&format!("{file}.rs"))).contains(test),
            None => own.contains(*test),
        };
        assert!(exists, "{number}, {rule}: {test}");
    }
    // And the other way round: a number in a name is that of a rule.
    for name in &own {
        let number = |mark: char| {
            name.strip_prefix(mark).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        let Some(rest) = number('n').or_else(|| number('s')) else { continue };
        let digits: Vec<&str> =
            rest.split('_').take_while(|part| part.parse::<u8>().is_ok()).take(2).collect();
        let number = format!("{}{}", name[..1].to_uppercase(), digits.join("."));
        assert!(rules.contains(&number), "{name}: {number}");
    }
}
