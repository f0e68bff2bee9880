// Reading a region again for the current field: the box of the field itself, one drawn by hand, or one placed by keys.

import { toast } from "./api.js";
import { makeBoxKeys } from "./box-keys.js";
import { boxOf } from "./marking.js";
import { makeRegion, offer, readAgain } from "./region.js";

export function makeRereading(root, viewer, { row, refuse, words, signal }) {
  async function reread(figure, box) {
    const field = row();
    if (!field) { toast(words.pickField); return; }
    toast(words.reading);
    try {
      const choices = await readAgain(root.dataset.regionUrl, figure, box, field.dataset.path);
      if (field.isConnected) offer(field, choices, words.reread);
      toast(choices.length ? `${words.reread}: ${choices[0].text}` : words.nothing);
    } catch (error) {
      if (!("code" in error)) throw error;
      refuse(error);
    }
  }

  const place = makeBoxKeys(viewer, { words, signal });
  makeRegion(root, viewer, { onBox: reread, signal });

  // Where the current field stands on the face that is shown.
  function near() {
    const rect = row() && viewer.boxOf(row().dataset.path);
    return rect?.closest("figure") === viewer.figure() ? boxOf(rect) : undefined;
  }
  return {
    near,
    field() {
      const rect = row() && viewer.boxOf(row().dataset.path);
      if (rect) reread(rect.closest("figure"), boxOf(rect));
    },
    place() {
      if (!row()) { toast(words.pickField); return; }
      place({ near: near(), onBox: reread, leave: () => row()?.focus() });
    },
  };
}
