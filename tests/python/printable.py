"""Prints the table of pickle-core/src/tools/printable.rs; to be run with CPython 3.13."""
import unicodedata

ranges = []
for code in range(0x80, 0x110000):
    if not chr(code).isprintable():
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
print("//! Which characters Python's `repr` shows as they are.")
print("//!")
print("//! Written by `tests/python/printable.py`. It is a table of its own because `repr` follows the")
print("//! Unicode version of its CPython, which is neither that of the Rust compiler nor that of a crate.")
print()
print("/// Whether `str.isprintable` of CPython 3.13 (Unicode %s) holds." % unicodedata.unidata_version)
print("pub(super) fn is_printable(char: char) -> bool {")
print("    let code = u32::from(char);")
print("    if code < 0x80 {")
print("        return (0x20..0x7f).contains(&code);")
print("    }")
print("    let index = HIDDEN.partition_point(|&(_, last)| last < code);")
print("    HIDDEN.get(index).is_none_or(|&(first, _)| code < first)")
print("}")
print()
print("/// What is not ASCII and not printable: the first and last code point of each range.")
print("#[rustfmt::skip]")
print("const HIDDEN: [(u32, u32); %d] = [" % len(ranges))
line = "   "
for first, last in ranges:
    item = " (%#x, %#x)," % (first, last)
    if len(line + item) > 100:
        print(line)
        line = "   "
    line += item
print(line)
print("];")
