// Filters take effect when they are chosen; the button is for pages without scripts. By keyboard an arrow goes through
// a list's values, so that only Enter, or going on, chooses one.

export function attach(form) {
  let byKey = false;
  const send = () => { byKey = false; form.requestSubmit(); };
  form.querySelector("[data-without-script]").hidden = true;
  form.addEventListener("keydown", (event) => {
    if (!event.target.matches("select")) return;
    if (event.key === "Enter") { event.preventDefault(); send(); } else byKey = event.key !== "Tab" || byKey;
  });
  form.addEventListener("pointerdown", () => { byKey = false; });
  form.addEventListener("change", (event) => {
    if (byKey && event.target.matches("select")) event.target.dataset.waits = "";
    else send();
  });
  form.addEventListener("focusout", (event) => { if ("waits" in event.target.dataset) send(); });
  // What is not filtered by does not stand in the address.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });
}
