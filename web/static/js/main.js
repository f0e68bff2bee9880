// Starts what the page asks for.

import { startIn } from "./behaviours.js";

await startIn(document);

// Keys and drops work from here on; tests wait for it.
document.documentElement.dataset.ready = "";
