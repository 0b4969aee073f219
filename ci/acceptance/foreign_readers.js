// node foreign_readers.js MODULES_FOLDER FILE...
//
// What readers from the registry of npm make of JUnit XML. Prints
// {"junit2json": {"tests": N, "failures": N, "errors": N, "skipped": N}, "xunit-viewer": {...}}:
// each counts the cases themselves, in all files together.

"use strict";

const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");

const [modules, ...files] = process.argv.slice(2);
const none = () => ({ tests: 0, failures: 0, errors: 0, skipped: 0 });

// A file of a package, which is an ECMAScript module.
function load(...place) {
    return import(pathToFileURL(path.join(modules, "node_modules", ...place)));
}

async function byJunit2json(texts) {
    const { parse } = await load("junit2json", "dist", "esm", "index.js");
    const isThere = (list) => Array.isArray(list) && list.length > 0;
    const sums = none();
    for (const text of texts) {
        for (const suite of (await parse(text)).testsuite || []) {
            for (const one of suite.testcase || []) {
                sums.tests += 1;
                sums.failures += isThere(one.failure) ? 1 : 0;
                sums.errors += isThere(one.error) ? 1 : 0;
                sums.skipped += isThere(one.skipped) ? 1 : 0;
            }
        }
    }
    return sums;
}

// Its command line draws a page of what this parser makes of a file.
async function byXunitViewer(texts) {
    const parse = (await load("xunit-viewer", "src", "cli", "parse.js")).default;
    const kinds = { failure: "failures", error: "errors", skipped: "skipped" };
    const sums = none();
    for (const text of texts) {
        for (const suite of Object.values((await parse(text)).suites)) {
            for (const one of Object.values(suite.tests)) {
                sums.tests += 1;
                if (one.status in kinds) {
                    sums[kinds[one.status]] += 1;
                }
            }
        }
    }
    return sums;
}

async function main() {
    const texts = files.map((file) => fs.readFileSync(file, "utf8"));
    const said = { junit2json: await byJunit2json(texts), "xunit-viewer": await byXunitViewer(texts) };
    process.stdout.write(JSON.stringify(said) + "\n");
}

main().catch((error) => {
    process.stderr.write(String(error.stack || error) + "\n");
    process.exit(1);
});
