// Attaches each behaviour to the elements that ask for it by a data- attribute. Pages work without any of them.
// A behaviour gets a signal that ends when its part of the page is replaced, and listens beyond its element only with it.

const behaviours = {
  "[data-upload]": () => import("./upload.js"),
  "[data-live-list]": () => import("./live-list.js"),
  "[data-station]": () => import("./station.js"),
  "[data-key-in]": () => import("./key-in.js"),
  "[data-queue]": () => import("./queue.js"),
  "[data-filters]": () => import("./filters.js"),
  "[data-progress]": () => import("./progress.js"),
  "[data-back]": () => import("./going-back.js"),
  "[data-print]": () => import("./print.js"),
};

export async function startIn(container, signal = new AbortController().signal) {
  for (const [selector, load] of Object.entries(behaviours)) {
    for (const element of container.querySelectorAll(selector)) {
      const { attach } = await load();
      attach(element, { signal });
    }
  }
}
