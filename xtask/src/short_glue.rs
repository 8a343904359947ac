//! Shorter code in place of that of wasm-bindgen, for the package. The package
//! instantiates compiled modules only, and supports only browsers that have
//! `encode` and memories whose buffers change when they grow.

use anyhow::{Context, Result, ensure};

/// Texts of the glue, and ours in their place.
const TEXTS: [(&str, &str); 3] = [
    (", wasm.__wbindgen_realloc)", ")"),
    (
        "WebAssembly.Instance(wasmModule, __wbg_get_imports())",
        "WebAssembly.Instance(wasmModule, __wbg_get_imports(wasmModule))",
    ),
    ("export { initSync, __wbg_init as default };", "export { __wbg_init as default };"),
];

/// Beginnings and ends of code of the glue, and ours in its place.
const CODE: [(&str, &str, &str); 4] = [
    (
        "function passStringToWasm0(",
        "\n}\n",
        "function passStringToWasm0(text, malloc) {\n    \
         const bytes = cachedTextEncoder.encode(text);\n    \
         const ptr = malloc(bytes.length, 1) >>> 0;\n    \
         getUint8ArrayMemory0().set(bytes, ptr);\n    \
         WASM_VECTOR_LEN = bytes.length;\n    \
         return ptr;",
    ),
    (
        "    if (cachedDataViewMemory0 === null ||",
        " {\n",
        "    if (cachedDataViewMemory0?.buffer !== wasm.memory.buffer)",
    ),
    ("async function __wbg_load(", "let __wbg_init_promise;", ""),
    (
        "async function __wbg_init_once(",
        "export { __wbg_init as default };",
        "async function __wbg_init_once({ module_or_path: module }) {\n    \
         const instance = await WebAssembly.instantiate(module, __wbg_get_imports(module));\n    \
         return __wbg_finalize_init(instance, module);\n}\n\n",
    ),
];

/// Shortens the glue. Its function `__wbg_get_imports` then receives the module.
///
/// # Errors
///
/// When the glue lacks one of these parts: another version of wasm-bindgen
/// generated it.
pub fn shorten_glue(glue: &str) -> Result<String> {
    let mut text = glue.to_owned();
    for (theirs, ours) in TEXTS {
        ensure!(text.contains(theirs), "the glue does not contain {theirs:?}");
        text = text.replace(theirs, ours);
    }
    for (start, end, ours) in CODE {
        let from = text.find(start).with_context(|| format!("the glue has no {start:?}"))?;
        let length = text[from..].find(end).with_context(|| format!("{start:?} has no end"))?;
        text.replace_range(from..from + length, ours);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::shorten_glue;

    const GLUE: &str = "new WebAssembly.Instance(wasmModule, __wbg_get_imports());\n\
        passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);\n\
        function getDataViewMemory0() {\n    if (cachedDataViewMemory0 === null || other) {\n        \
        made();\n    }\n}\n\
        function passStringToWasm0(arg, malloc, realloc) {\n    long();\n}\nkept();\n\
        async function __wbg_load(module, imports) {\n}\nfunction initSync(module) {\n}\n\
        let __wbg_init_promise;\nasync function __wbg_init_once(module_or_path) {\n}\n\
        export { initSync, __wbg_init as default };\n";

    #[test]
    fn the_glue_instantiates_compiled_modules_only() {
        let glue = shorten_glue(GLUE).expect("it has every part");
        for gone in ["initSync", "__wbg_load", "realloc", "long()", "=== null"] {
            assert!(!glue.contains(gone), "{gone}: {glue}");
        }
        for part in [
            "__wbg_get_imports(wasmModule)",
            "passStringToWasm0(text, wasm.__wbindgen_malloc);",
            "?.buffer !== wasm.memory.buffer) {\n        made();",
            "return ptr;\n}\nkept();",
            "let __wbg_init_promise;\nasync function __wbg_init_once({",
            "export { __wbg_init as default };",
        ] {
            assert!(glue.contains(part), "{part}: {glue}");
        }
    }

    #[test]
    fn other_glue_is_an_error() {
        let error = shorten_glue("other").expect_err("it has no part").to_string();
        assert!(error.contains("realloc"), "{error}");
        let error =
            shorten_glue(&GLUE.replace("__wbg_load", "load")).expect_err("one part is missing");
        assert!(error.to_string().contains("__wbg_load"), "{error}");
    }
}
