// Some fields depend on others: with this script they come and go at once, without it "Next" asks for them.
"use strict";

const form = document.querySelector("[data-form]");
let turn = 0;

async function redraw(go) {
  const mine = ++turn;
  const body = new URLSearchParams(new FormData(form));
  body.set("go", go);
  const response = await fetch(form.action, { method: "POST", body });
  if (mine !== turn || !response.ok) return;
  const answer = new DOMParser().parseFromString(await response.text(), "text/html");
  const after = answer.getElementById("form-page");
  if (after && mine === turn) adopt(document.getElementById("form-page"), after);
}

// Fields that stay are left alone: somebody may be typing into one of them.
function adopt(before, after) {
  let at = before.firstElementChild;
  for (const wanted of [...after.children]) {
    const key = keyOf(wanted);
    let found = at;
    while (found && keyOf(found) !== key) found = found.nextElementSibling;
    if (!found) {
      before.insertBefore(wanted, at);
      continue;
    }
    at = removeUntil(at, found).nextElementSibling;
  }
  removeUntil(at, null);
}

function removeUntil(element, end) {
  while (element !== end) {
    const next = element.nextElementSibling;
    element.remove();
    element = next;
  }
  return end;
}

function keyOf(element) {
  const inputs = [...element.querySelectorAll("[name]")];
  return inputs.length ? inputs.map((input) => input.name + input.type).join("\n") : element.outerHTML;
}

form.addEventListener("change", () => {
  // If it fails, the fields come with the next page.
  redraw("stay").catch(() => {});
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-redraw]");
  if (!button) return;
  event.preventDefault();
  redraw(button.value).catch(() => form.requestSubmit(button));
});

// A second click makes no second task.
form.addEventListener("submit", (event) => {
  const isOnce = event.submitter && event.submitter.value === "create";
  if (isOnce && form.dataset.sent) event.preventDefault();
  else if (isOnce) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => delete form.dataset.sent);
