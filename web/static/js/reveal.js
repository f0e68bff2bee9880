// Shows a hidden number in its place; the server notes that it did.

import { post, toast } from "./api.js";

export function makeReveal(panel, { signal }) {
  panel.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-reveal]");
    if (!button) return;
    event.preventDefault();
    const field = button.closest(".field");
    try {
      const { value } = await post(button.formAction, { path: field.dataset.path });
      field.querySelector(".value").value = value;
      button.remove();
    } catch (error) {
      if (!("code" in error)) throw error;
      toast(`${error.message} ${error.advice}`, { bad: true });
    }
  }, { signal });
}
