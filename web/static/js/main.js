// Attaches each behaviour to the elements that ask for it by a data- attribute. Pages work without any of them.

const behaviours = {
  "[data-upload]": () => import("./upload.js"),
  "[data-live-list]": () => import("./live-list.js"),
  "[data-station]": () => import("./station.js"),
  "[data-queue]": () => import("./queue.js"),
  "[data-progress]": () => import("./progress.js"),
};

for (const [selector, load] of Object.entries(behaviours)) {
  for (const element of document.querySelectorAll(selector)) {
    const { attach } = await load();
    attach(element);
  }
}

// Keys and drops work from here on; tests wait for it.
document.documentElement.dataset.ready = "";
