/* Names of people, while a note mentions one: @ and the first letters. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form[data-people]").forEach((form) => {
    completeMentions(form.querySelector("textarea"), form.dataset.people);
  });
});

function completeMentions(field, address) {
  const list = document.createElement("ul");
  Object.assign(list, { id: `${field.id}-people`, className: "desk-people", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  field.after(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let at = 0;
  let turn = 0;

  const begun = () => /(?:^|[^\w.@+-])@([\w.+-]*)$/u.exec(field.value.slice(0, field.selectionStart))?.[1];
  const close = () => {
    turn += 1;
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
  };
  const point = (number) => {
    at = (number + list.children.length) % list.children.length;
    [...list.children].forEach((one, place) => one.setAttribute("aria-selected", place === at));
    field.setAttribute("aria-activedescendant", list.children[at].id);
  };
  const take = (option) => {
    const caret = field.selectionStart;
    const from = caret - begun().length;
    field.setRangeText(`${option.dataset.username} `, from, caret, "end");
    close();
    field.focus();
  };
  const option = ({ username, name }, number) => {
    const one = document.createElement("li");
    Object.assign(one, { id: `${list.id}-${number}`, textContent: name ? `@${username} (${name})` : `@${username}` });
    one.setAttribute("role", "option");
    one.dataset.username = username;
    one.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(one);
    });
    return one;
  };
  const look = async () => {
    const letters = begun();
    const mine = ++turn;
    if (letters === undefined) return close();
    const answer = await fetch(`${address}?${new URLSearchParams({ q: letters })}`);
    if (!answer.ok || mine !== turn) return;
    const { people } = await answer.json();
    if (!people.length) return close();
    list.replaceChildren(...people.map(option));
    list.hidden = false;
    point(0);
  };
  const chosen = { Enter: () => take(list.children[at]), Tab: () => take(list.children[at]), Escape: close };
  const moves = { ArrowDown: () => point(at + 1), ArrowUp: () => point(at - 1) };
  field.addEventListener("input", look);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const act = !list.hidden && !event.ctrlKey && { ...chosen, ...moves }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
