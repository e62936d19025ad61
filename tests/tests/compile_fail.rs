//! What the derive says to mistakes: one folder for each kind of mistake.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("compile-fail/*/*.rs");
}
