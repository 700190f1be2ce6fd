#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    quhua_fuzz::coverage(bytes);
});
