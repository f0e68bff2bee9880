// Dialogs that a button opens by name, and their «close» buttons.

export function makeDialogs(page, { signal }) {
  const open = (name) => page.querySelector(`[data-dialog="${name}"]`)?.showModal();
  for (const button of page.querySelectorAll("[data-open]")) {
    button.hidden = false;
    button.addEventListener("click", (event) => { event.preventDefault(); open(button.dataset.open); }, { signal });
  }
  for (const button of page.querySelectorAll("dialog [data-close]")) {
    button.addEventListener("click", (event) => { event.preventDefault(); button.closest("dialog").close(); }, { signal });
  }
  return { open };
}
